import HTTPTypes
import Hummingbird
import NIOCore

/// What every answer of the console carries.
enum Answer {
    /// Nothing may run or load but what this server itself serves, nobody may frame a page, and nothing is kept.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    static let headers: HTTPFields = {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = contentSecurityPolicy
        fields[.xContentTypeOptions] = "nosniff"
        fields[name("X-Frame-Options")] = "DENY"
        fields[name("Referrer-Policy")] = "same-origin"
        fields[name("Cross-Origin-Opener-Policy")] = "same-origin"
        fields[name("Cross-Origin-Resource-Policy")] = "same-origin"
        fields[.strictTransportSecurity] = "max-age=31536000"
        fields[.cacheControl] = "no-store"
        return fields
    }()

    static func page(_ bytes: [UInt8], status: Int = 200) -> Response {
        var headers = Self.headers
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(
            status: .init(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8", file: String? = nil)
        -> Response
    {
        var headers = Self.headers
        headers[.contentType] = type
        if let file { headers[.contentDisposition] = "attachment; filename=\"\(file)\"" }
        return Response(
            status: .init(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// Sends the browser on to another page of this console.
    static func seeOther(_ path: String, cookie: String? = nil) -> Response {
        var headers = Self.headers
        headers[.location] = path
        if let cookie { headers[.setCookie] = cookie }
        return Response(status: .seeOther, headers: headers)
    }

    /// Of what is sent bit by bit: proxies are to pass every piece on as it comes, and as it is.
    static let streamHeaders: HTTPFields = {
        var fields = headers
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "no-store, no-transform"
        fields[name("X-Accel-Buffering")] = "no"
        fields[.connection] = "close"
        return fields
    }()

    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .server }
}

/// The cookie that holds a browser's secret. `__Host-`: only this very host can set it, and only with TLS.
enum Cookie {
    static let name = "__Host-pitstop"

    static func set(_ secret: String) -> String {
        "\(name)=\(secret); Path=/; Secure; HttpOnly; SameSite=Strict"
    }

    static let remove = "\(name)=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"

    static func read(_ request: Request) -> String? {
        for cookie in request.headers[values: .cookie].flatMap({ $0.split(separator: ";") }) {
            let pair = cookie.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].allSatisfy({ $0 != "=" }), pair[0].drop(while: { $0 == " " }) == name {
                return String(pair[1])
            }
        }
        return nil
    }
}

/// Where to go after signing in: only ever to a page of this console.
enum ReturnPath {
    static func safe(_ path: String) -> String {
        guard path.hasPrefix("/"), !path.hasPrefix("//"), !path.contains("\\"), path.utf8.count < 2000,
            path.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return "/" }
        return path
    }

    static func encode(_ path: String) -> String { Form.encode(path) }
}
