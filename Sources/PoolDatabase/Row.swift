public import XenAPI

/// One object of the pool: a row of a table, as it was at some generation.
public struct Row: Sendable {
    /// How the row is laid out.
    public let schema: TableSchema
    /// The reference that names the object.
    public let ref: Ref
    /// The generation in which it was made.
    public internal(set) var created: Int64
    /// The generation in which it last changed.
    public internal(set) var modified: Int64
    /// Its values, in the order of ``TableSchema/fields``.
    public internal(set) var values: [Value]
    /// Columns that the datamodel does not know, as the database file wrote them: kept so that nothing is lost.
    public internal(set) var unknownColumns: [String: String] = [:]
    /// Whether it is neither kept on disk nor written into dumps.
    public internal(set) var isTransient = false

    /// The value of a field; an empty string where the class has no such field.
    public subscript(field: String) -> Value {
        schema.position(of: field).map { values[$0] } ?? .void
    }

    /// A string, an enumeration's word, or the text of a reference.
    public func string(_ field: String) -> String { self[field].text ?? "" }

    /// A number; 0 where the field holds none.
    public func int(_ field: String) -> Int64 {
        if case .int(let number) = self[field] { number } else { 0 }
    }

    /// A floating-point number; 0 where the field holds none.
    public func float(_ field: String) -> Double {
        if case .float(let number) = self[field] { number } else { 0 }
    }

    /// A truth value; false where the field holds none.
    public func bool(_ field: String) -> Bool {
        if case .bool(let flag) = self[field] { flag } else { false }
    }

    /// A point in time.
    public func date(_ field: String) -> Timestamp {
        if case .date(let timestamp) = self[field] { timestamp } else { .never }
    }

    /// A reference to another object.
    public func ref(_ field: String) -> Ref { Ref(string(field)) }

    /// The texts of a set.
    public func texts(_ field: String) -> [String] { (self[field].elements ?? []).compactMap(\.text) }

    /// The value that a map of strings holds for `key`.
    public func map(_ field: String, _ key: String) -> String? { self[field][key]?.text }

    /// The uuid of the object.
    public var uuid: String { string("uuid") }

    /// The name that people gave the object.
    public var nameLabel: String { string("name_label") }
}

extension Row {
    /// The row with another value in one field; for values that are worked out rather than stored.
    public func setting(_ field: String, _ value: Value) -> Row {
        guard let position = schema.position(of: field) else { return self }
        var row = self
        row.values[position] = value
        return row
    }
}
