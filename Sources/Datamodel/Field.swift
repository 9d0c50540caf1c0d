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
    /// Whether it is kept in the database on disk.
    public let isPersisted: Bool
    /// Whether it is Pitstop's own, of no XenAPI: no message reaches it, and neither do dumps, which anybody may write, set
    /// it, nor are they told of it.
    public let isOwn: Bool
    /// What a new object holds, as a database dump writes it (`()`, `false`, `OpaqueRef:NULL`); nil where a value must be given.
    public let defaultValue: String?
    /// The least role that may set it, where that is not the one of its class.
    public let role: Role?
    /// Keys of a map that a lesser role may set; a trailing `*` stands for any ending.
    public let keyRoles: [String: Role]
    /// One line on what it means, with its unit.
    public let doc: String

    /// Creates a field.
    ///
    /// `column` is the name of the database column. The name in records follows from it: each `__` that sets off a
    /// namespace becomes `_`.
    public init(
        _ column: String,
        _ type: FieldType,
        _ access: Access = .readOnly,
        isInternal: Bool = false,
        isPersisted: Bool = true,
        isOwn: Bool = false,
        default defaultValue: String? = nil,
        role: Role? = nil,
        keyRoles: [String: Role] = [:],
        doc: String
    ) {
        self.name = Self.name(ofColumn: column)
        self.column = column
        self.type = type
        self.access = access
        self.isInternal = isInternal || isOwn
        self.isPersisted = isPersisted
        self.isOwn = isOwn
        self.defaultValue = defaultValue
        self.role = role
        self.keyRoles = keyRoles
        self.doc = doc
    }

    /// The name in records of a database column: `name__label` becomes `name_label`.
    public static func name(ofColumn column: String) -> String {
        var name: [UInt8] = []
        var afterUnderscore = false
        for byte in column.utf8 {
            let isUnderscore = byte == UInt8(ascii: "_")
            if isUnderscore, afterUnderscore {
                afterUnderscore = false
                continue
            }
            name.append(byte)
            afterUnderscore = isUnderscore
        }
        return String(decoding: name, as: UTF8.self)
    }
}
