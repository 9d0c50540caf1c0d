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
    /// Whether its objects are rows of a table at all; only then do its fields have getters and setters.
    public let isInDatabase: Bool
    /// Whether clients make and destroy its objects by the implicit `create`, which takes a record, and `destroy`.
    public let isConstructible: Bool
    /// Whether clients can list its objects (`get_all` and its kin).
    public let isEnumerable: Bool
    /// The least role that may make, change and destroy its objects by implicit messages.
    public let role: Role
    /// The least role that may read its objects.
    public let readRole: Role
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
        isInDatabase: Bool = true,
        isConstructible: Bool = false,
        isEnumerable: Bool = true,
        role: Role = .poolOperator,
        readRole: Role = .readOnly,
        fields: [Field],
        messages: [Message] = []
    ) {
        self.name = name
        self.doc = doc
        self.emitsEvents = emitsEvents
        self.isPersisted = isPersisted
        self.isInDatabase = isInDatabase
        self.isConstructible = isConstructible
        self.isEnumerable = isEnumerable
        self.role = role
        self.readRole = readRole
        self.fields = fields
        self.messages = messages
    }

    /// The field with that name in records, internal ones included.
    public func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    /// The field with that database column.
    public func field(column: String) -> Field? { fields.first { $0.column == column } }

    /// The least role that may set a field, or one key of a map.
    public func role(toSet field: Field, key: String? = nil) -> Role {
        let needed = field.role ?? role
        guard let key = key?.lowercased() else { return needed }
        let granted = field.keyRoles.first { pattern, _ in
            let pattern = pattern.lowercased()
            return pattern.hasSuffix("*") ? key.hasPrefix(pattern.dropLast()) : key == pattern
        }
        return granted?.value ?? needed
    }
}
