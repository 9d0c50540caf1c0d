/// JSON-RPC as XenAPI speaks it at `/jsonrpc`, in the versions 1.0 and 2.0.
public enum JSONRPC {
    /// The two versions, which differ in their envelopes.
    public enum Version: Hashable, Sendable {
        /// `{"result", "error", "id"}`; an error is `[code, parameter, …]`.
        case v1
        /// `{"jsonrpc": "2.0", …}`; an error is `{"code": 1, "message": code, "data": [parameter, …]}`.
        case v2
    }

    /// A call with what is needed to answer it.
    public struct Request: Hashable, Sendable {
        /// The version that the answer must have.
        public let version: Version
        /// The caller's mark, which the answer repeats: a string or a number.
        public let id: Value
        /// The call itself.
        public let call: MethodCall

        /// Creates a request.
        public init(_ version: Version, id: Value, call: MethodCall) {
            self.version = version
            self.id = id
            self.call = call
        }
    }

    /// A body that is no request; ``answer`` says so in JSON-RPC's own terms.
    public struct Refusal: Error, Hashable, Sendable {
        /// -32700 for text that is not JSON, -32600 for JSON that is no request.
        public let code: Int64
        /// What is wrong with it.
        public let reason: String

        /// The body of the answer.
        public var answer: [UInt8] {
            let error = Value.map([.init("code", .int(code)), .init("message", .string(reason))])
            return Array("{\"jsonrpc\":\"2.0\",\"error\":".utf8) + JSON.encode(error) + Array(",\"id\":null}".utf8)
        }
    }

    /// Reads the body of a request.
    public static func readRequest(_ bytes: [UInt8]) throws(Refusal) -> Request {
        let body: Value
        do { body = try JSON.read(bytes) } catch { throw Refusal(code: -32700, reason: "Parse error: \(error)") }
        guard case .map = body else { throw invalid("one object was expected") }
        let version: Version
        switch body["jsonrpc"] {
        case nil: version = .v1
        case .string("2.0"): version = .v2
        default: throw invalid("this version of JSON-RPC is not known")
        }
        guard let name = body["method"]?.text, !name.isEmpty else { throw invalid("the method must be a string") }
        let id: Value
        switch body["id"] {
        // Null reads as an empty string.
        case nil, .string(""): throw invalid("the id must not be null")
        case .some(let mark):
            switch mark {
            case .string, .int, .float: id = mark
            case .bool, .date, .set, .map: throw invalid("the id must be a string or a number")
            }
        }
        switch body["params"] {
        case nil: return Request(version, id: id, call: MethodCall(name))
        case .set(let parameters): return Request(version, id: id, call: MethodCall(name, parameters))
        default: throw invalid("the params must be an array")
        }
    }

    private static func invalid(_ reason: String) -> Refusal {
        Refusal(code: -32600, reason: "Invalid request: \(reason)")
    }

    /// The body of the answer to a request.
    public static func encode(_ response: MethodResponse, to request: Request) -> [UInt8] {
        var output = Array((request.version == .v2 ? "{\"jsonrpc\":\"2.0\"," : "{").utf8)
        switch response {
        case .success(let value), .bare(let value):
            output.append(literal: "\"result\":")
            JSON.append(value, to: &output)
            if request.version == .v1 { output.append(literal: ",\"error\":null") }
        case .failure(let error): append(error, request.version, to: &output)
        case .fault(_, let text): append(.internalError(text), request.version, to: &output)
        }
        output.append(literal: ",\"id\":")
        JSON.append(request.id, to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    private static func append(_ error: APIError, _ version: Version, to output: inout [UInt8]) {
        switch version {
        case .v1:
            output.append(literal: "\"result\":null,\"error\":")
            JSON.append(.strings(error.description), to: &output)
        case .v2:
            output.append(literal: "\"error\":")
            let members: [Value.Member] = [
                .init("code", .int(1)), .init("message", .string(error.code)),
                .init("data", .strings(error.parameters)),
            ]
            JSON.append(.map(members), to: &output)
        }
    }
}
