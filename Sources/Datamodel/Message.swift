/// One message (call) of a class.
public struct Message: Sendable {
    /// One parameter; the session comes before all of them and is not listed.
    public struct Parameter: Hashable, Sendable {
        /// The name that `FIELD_TYPE_ERROR` gives.
        public let name: String
        /// What it holds.
        public let type: FieldType
        /// Whether callers may leave it out.
        public let isOptional: Bool

        /// Creates a parameter.
        public init(_ name: String, _ type: FieldType, optional: Bool = false) {
            self.name = name
            self.type = type
            self.isOptional = optional
        }
    }

    /// The name without its class, such as `pool_apply`.
    public let name: String
    /// Its parameters after the session, in order.
    public let parameters: [Parameter]
    /// What it returns.
    public let result: FieldType
    /// Whether an `Async.` twin exists.
    public let isAsync: Bool
    /// Whether the first argument on the wire is a session.
    public let needsSession: Bool
    /// Whether only other hosts of the pool call it.
    public let isPoolInternal: Bool
    /// The least role that may call it.
    public let role: Role
    /// The product release that brought it, where that is later than 6.0.
    public let since: String?
    /// One line on what it does.
    public let doc: String

    /// Creates a message; the optional parameters come after the required ones.
    public init(
        _ name: String,
        _ required: KeyValuePairs<String, FieldType> = [:],
        optional: KeyValuePairs<String, FieldType> = [:],
        returns result: FieldType = .void,
        async isAsync: Bool = true,
        needsSession: Bool = true,
        isPoolInternal: Bool = false,
        role: Role,
        since: String? = nil,
        doc: String
    ) {
        self.name = name
        self.parameters =
            required.map { Parameter($0.key, $0.value) } + optional.map { Parameter($0.key, $0.value, optional: true) }
        self.result = result
        self.isAsync = isAsync
        self.needsSession = needsSession
        self.isPoolInternal = isPoolInternal
        self.role = role
        self.since = since
        self.doc = doc
    }
}
