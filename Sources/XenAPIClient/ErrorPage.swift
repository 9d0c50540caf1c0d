import AsyncHTTPClient
import NIOCore
import XenAPI

/// The page that a genuine server sends with HTTP's 500: people's words, and XenAPI's error among them.
enum ErrorPage {
    private static let limit = 16 << 10

    /// As much of it as is looked at.
    static func text(of response: HTTPClientResponse) async throws -> String {
        var bytes: [UInt8] = []
        for try await part in response.body {
            bytes += part.readableBytesView.prefix(limit - bytes.count)
            if bytes.count == limit { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `Additional information </h1>CODE: [ parameter; parameter ]`, as an error; nil for a page that says nothing of the kind.
    static func refusal(in page: String) -> APIError? {
        guard let heading = page.firstRange(of: "Additional information"),
            let error = page[heading.upperBound...].firstMatch(of: /\b([A-Z][A-Z0-9_]{3,}): \[([^\]<]*)\]/)
        else { return nil }
        let parameters = error.output.2.split(separator: ";").map { $0.trimmed }.filter { !$0.isEmpty }
        return APIError(String(error.output.1), parameters)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
