import XenAPI

/// How calls and answers look as bytes.
public enum Wire: Sendable, Hashable {
    /// XML-RPC, which every server speaks.
    case xml
    /// JSON-RPC at `/jsonrpc`: of 2.0 and 1.0 whatever comes back is understood.
    case json
    /// JSON-RPC where the server answers it, XML-RPC elsewhere. Found out at the first login.
    case automatic
}

/// One call as bytes, and its answer read.
struct WireCall: Sendable {
    let method: String
    let path: String
    let type: String
    let body: [UInt8]
    private let isJSON: Bool

    init(_ method: String, _ parameters: [Value], asJSON: Bool) {
        self.method = method
        isJSON = asJSON
        path = asJSON ? "/jsonrpc" : "/"
        type = asJSON ? "application/json" : "text/xml"
        body =
            asJSON
            ? JSON.encode(
                .map([
                    .init("jsonrpc", .string("2.0")), .init("method", .string(method)),
                    .init("params", .set(parameters)), .init("id", .int(1)),
                ])
            )
            : XMLRPC.encode(MethodCall(method, parameters))
    }

    /// What an answer says.
    ///
    /// - Throws: `refused`, or `garbage` where it is none.
    func read(_ answer: HTTPExchange.Answer, from endpoint: Endpoint) throws(XenAPIError) -> Value {
        let result: Result<Value, XenAPIError>
        do throws(CodecError) {
            result = try isJSON ? Self.json(answer.body) : Self.xml(answer.body)
        } catch {
            let reason: TransportFailure.Reason =
                answer.isWhole && !answer.body.isEmpty ? .garbage("\(error) of the answer to \(method)") : .cut
            throw .transport(TransportFailure(endpoint, reason, mayHaveArrived: true))
        }
        return try result.get()
    }

    private static func xml(_ body: [UInt8]) throws(CodecError) -> Result<Value, XenAPIError> {
        switch try XMLRPC.readResponse(body) {
        case .success(let value), .bare(let value): .success(value)
        case .failure(let error): .failure(.refused(error))
        case .fault(_, let text): .failure(.refused(.internalError(text)))
        }
    }

    /// Version 2.0 has `error` with `message` and `data`, 1.0 a list of code and parameters, or null, which reads as an
    /// empty string.
    private static func json(_ body: [UInt8]) throws(CodecError) -> Result<Value, XenAPIError> {
        let answer = try JSON.read(body)
        switch answer["error"] {
        case .set(let words):
            let texts = words.compactMap(\.text)
            guard let code = texts.first else { throw CodecError("an error has no code", at: 0) }
            return .failure(.refused(APIError(code, Array(texts.dropFirst()))))
        case .map(let members):
            let error = Value.map(members)
            guard let code = error["message"]?.text else { throw CodecError("an error has no message", at: 0) }
            return .failure(.refused(APIError(code, error["data"]?.elements?.compactMap(\.text) ?? [])))
        default: break
        }
        guard let result = answer["result"] else { throw CodecError("there is no result", at: 0) }
        return .success(result)
    }
}
