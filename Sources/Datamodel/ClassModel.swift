/// One XenAPI class, as data: everything that is the same for all classes is worked out from this.
public struct ClassModel: Sendable {
    /// The name as it appears in messages, such as `VM` or `pool_patch`. Also the name of its database table.
    public let name: String
    /// One line on what an object of the class stands for.
    public let doc: String
    /// Whether changes to its objects appear as events.
    public let emitsEvents: Bool
    /// Whether its objects are kept in the database on disk (sessions and tasks are not).
    public let isPersisted: Bool
    /// Its fields, in the datamodel's order.
    public let fields: [Field]
    /// Its own messages. Getters, setters and the other implicit ones are not listed: see ``implicitMessages``.
    public let messages: [Message]

    /// Creates a class from its parts.
    public init(
        _ name: String,
        _ doc: String,
        emitsEvents: Bool = true,
        isPersisted: Bool = true,
        fields: [Field],
        messages: [Message] = []
    ) {
        self.name = name
        self.doc = doc
        self.emitsEvents = emitsEvents
        self.isPersisted = isPersisted
        self.fields = fields
        self.messages = messages
    }
}

/// One field of a class.
public struct Field: Sendable {
    /// Who may change it, and when.
    public enum Access: Sendable {
        /// Only the server changes it.
        case readOnly
        /// A caller may set it.
        case readWrite
        /// A caller gives it when the object is made; afterwards it is fixed.
        case constructor
    }

    /// The name in a record, such as `name_label`.
    public let name: String
    /// The name of the database column, such as `name__label`.
    public let column: String
    /// What it holds.
    public let type: FieldType
    /// Who may change it.
    public let access: Access
    /// Whether it is left out of records and getters.
    public let isInternal: Bool
    /// What a new object holds, as a database dump writes it (`()`, `false`, `OpaqueRef:NULL`); nil where a value must be given.
    public let defaultValue: String?
    /// One line on what it means, with its unit.
    public let doc: String

    /// Creates a field; the column has the field's name unless another is given.
    public init(
        _ name: String,
        _ type: FieldType,
        _ access: Access = .readOnly,
        column: String? = nil,
        isInternal: Bool = false,
        default defaultValue: String? = nil,
        _ doc: String
    ) {
        self.name = name
        self.column = column ?? name
        self.type = type
        self.access = access
        self.isInternal = isInternal
        self.defaultValue = defaultValue
        self.doc = doc
    }
}

/// One message (call) of a class.
public struct Message: Sendable {
    /// One parameter; the session comes before all of them and is not listed.
    public struct Parameter: Sendable {
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
    /// The least role that may call it.
    public let role: Role

    /// Creates a message.
    public init(
        _ name: String,
        _ parameters: [Parameter] = [],
        returns result: FieldType = .void,
        async isAsync: Bool = true,
        needsSession: Bool = true,
        role: Role
    ) {
        self.name = name
        self.parameters = parameters
        self.result = result
        self.isAsync = isAsync
        self.needsSession = needsSession
        self.role = role
    }
}
