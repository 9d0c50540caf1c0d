/// What kind of value a database column holds, as far as its text form depends on it.
///
/// References and enumerations are strings here. The keys of a map are always strings.
public indirect enum ValueShape: Hashable, Sendable {
    /// Text, a reference or the name of an enumeration's case.
    case string
    /// A 64-bit integer in decimal digits.
    case int
    /// A number such as `1`, `1.` or `0.5`.
    case float
    /// `true` or `false`.
    case bool
    /// A point in time such as `20100208T16:00:51Z`.
    case date
    /// `('a' 'b')`.
    case set(ValueShape)
    /// `(('k' 'v') ('k2' 'v2'))`.
    case map(ValueShape)
}
