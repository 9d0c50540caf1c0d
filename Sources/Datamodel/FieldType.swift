/// The type of a field, a parameter or a result.
public indirect enum FieldType: Hashable, Sendable {
    case string
    case int
    case float
    case bool
    case datetime
    /// Nothing; only as a result.
    case void
    /// One of a fixed list of words.
    case enumeration(Enumeration)
    /// A reference to an object of the class of that name.
    case ref(String)
    /// A whole record of the class of that name.
    case record(String)
    case set(FieldType)
    case map(FieldType, FieldType)
}

/// A fixed list of words that a field may hold.
public struct Enumeration: Hashable, Sendable {
    /// The name of the type, such as `vm_power_state`.
    public let name: String
    /// Its words, spelled as XenAPI writes them.
    public let cases: [String]

    /// Creates a list of words.
    public init(_ name: String, _ cases: [String]) {
        self.name = name
        self.cases = cases
    }
}
