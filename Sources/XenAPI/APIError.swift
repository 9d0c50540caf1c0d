/// An error that XenAPI can express: a code, then its parameters in the order in which they are raised.
///
/// On the wire it is `ErrorDescription = [code, parameter, …]`.
public struct APIError: Error, Hashable, Sendable {
    /// The error's code, such as `PATCH_ALREADY_EXISTS`.
    public let code: String
    /// Its parameters, in raised order.
    public let parameters: [String]

    /// Creates an error from its code and parameters.
    public init(_ code: String, _ parameters: [String] = []) {
        self.code = code
        self.parameters = parameters
    }

    /// The code followed by the parameters, as XenAPI writes an error.
    public var description: [String] { [code] + parameters }
}

extension APIError {
    /// A reference of `table` that names no object.
    public static func handleInvalid(_ table: String, _ ref: Ref) -> APIError {
        APIError("HANDLE_INVALID", [table, ref.rawValue])
    }

    /// A uuid that no object of `table` carries.
    public static func uuidInvalid(_ table: String, _ uuid: String) -> APIError {
        APIError("UUID_INVALID", [table, uuid])
    }

    /// A value that does not have the type of field or parameter `name`.
    public static func fieldTypeError(_ name: String) -> APIError { APIError("FIELD_TYPE_ERROR", [name]) }

    /// A fault of the server itself; `text` says what happened, in words for the operator.
    public static func internalError(_ text: String) -> APIError { APIError("INTERNAL_ERROR", [text]) }
}
