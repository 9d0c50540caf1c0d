/// An opaque reference to one object of a pool, such as `OpaqueRef:3a8f…`.
///
/// References are names without structure: they are compared, never parsed.
public struct Ref: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The text that goes over the wire.
    public let rawValue: String

    /// Takes the text of a reference as it came.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Takes the text of a reference as it came.
    public init(_ text: String) { rawValue = text }

    /// The reference that points nowhere.
    public static let null = Ref("OpaqueRef:NULL")

    /// Whether this points nowhere. Old databases write an empty string for it.
    public var isNull: Bool { rawValue == "OpaqueRef:NULL" || rawValue.isEmpty }

    /// The text of the reference.
    public var description: String { rawValue }
}
