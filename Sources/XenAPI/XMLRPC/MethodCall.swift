/// A call as it came over a wire: the method's name and its arguments, the session first where there is one.
///
/// The arguments have the types of the wire, which are fewer than the datamodel's: XML-RPC carries integers as strings.
public struct MethodCall: Hashable, Sendable {
    /// The name, such as `VM.pool_migrate` or `Async.host.evacuate`.
    public var name: String
    /// The arguments in order.
    public var parameters: [Value]

    /// Creates a call.
    public init(_ name: String, _ parameters: [Value] = []) {
        self.name = name
        self.parameters = parameters
    }
}

/// The answer to a call.
public enum MethodResponse: Hashable, Sendable {
    /// The call did what it should; void is an empty string.
    case success(Value)
    /// The call failed.
    case failure(APIError)
    /// The call could not be understood at all: 1 for XML that cannot be read, 0 for a message without `Async.` twin.
    case fault(code: Int64, text: String)
    /// A value without the usual envelope; only `system.listMethods` answers like this.
    case bare(Value)
}
