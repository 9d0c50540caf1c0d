/// XenAPI's XML-RPC: requests and responses from bytes and to bytes.
///
/// The caller limits the size of what is read. Nesting is limited here, and document types are refused.
public enum XMLRPC {
    /// How deep values may nest in what is read. XenAPI itself needs four levels.
    public static let depthLimit = 32

    /// Elements that one level of nesting takes: `value`, `struct`, `member`; and the envelope around them.
    private static let elementLimit = depthLimit * 3 + 6

    /// Reads the body of a request.
    public static func readCall(_ bytes: [UInt8]) throws(CodecError) -> MethodCall {
        var reader = XMLRPCReader(bytes, elementLimit: elementLimit)
        return try reader.call()
    }

    /// Reads the body of a response.
    public static func readResponse(_ bytes: [UInt8]) throws(CodecError) -> MethodResponse {
        var reader = XMLRPCReader(bytes, elementLimit: elementLimit)
        return try reader.response()
    }

    /// Reads one `<value>` element, such as the result of a task.
    public static func readValue(_ bytes: [UInt8]) throws(CodecError) -> Value {
        var reader = XMLRPCReader(bytes, elementLimit: elementLimit)
        return try reader.document()
    }

    /// One `<value>` element as text, such as the result of a task.
    public static func text(_ value: Value) -> String {
        var output: [UInt8] = []
        append(value, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
