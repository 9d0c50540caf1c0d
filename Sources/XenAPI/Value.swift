/// One XenAPI value, as it is held in a database column and sent over a wire.
///
/// Strings, references and enumerations share `string`, since XenAPI writes them alike. The datamodel says which one a
/// field is.
public enum Value: Hashable, Sendable {
    /// Text, a reference (``Ref/rawValue``) or the name of an enumeration's case.
    case string(String)
    /// A 64-bit integer. XML-RPC sends it as a string of decimal digits.
    case int(Int64)
    /// A double-precision number.
    case float(Double)
    /// A truth value.
    case bool(Bool)
    /// A point in time, in whole seconds, always UTC.
    case date(Timestamp)
    /// A set: ordered as it was written, duplicates not removed.
    case set([Value])
    /// A map or a record, in the order in which its members were written.
    case map([Member])

    /// One entry of a map, or one field of a record.
    public struct Member: Hashable, Sendable {
        /// The key, or the name of the field.
        public var key: String
        /// What the key stands for.
        public var value: Value

        /// Creates one entry.
        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// What a message without a result returns; sent as an empty string.
    public static let void = Value.string("")
}

extension Value {
    /// The member of a map called `key`, or nil where there is none (or where this is not a map).
    public subscript(key: String) -> Value? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a string, reference or enumeration.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements of a set.
    public var elements: [Value]? {
        if case .set(let elements) = self { elements } else { nil }
    }

    /// The members of a map or record.
    public var members: [Member]? {
        if case .map(let members) = self { members } else { nil }
    }

    /// A set of strings or references.
    public static func strings(_ texts: some Sequence<String>) -> Value {
        .set(texts.map { .string($0) })
    }

    /// A map from strings to strings, in the order given.
    public static func pairs(_ pairs: KeyValuePairs<String, String>) -> Value {
        .map(pairs.map { Member($0.key, .string($0.value)) })
    }
}
