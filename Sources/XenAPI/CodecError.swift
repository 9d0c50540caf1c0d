/// Input that a reader refuses: what is wrong with it, and where.
public struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as the middle of a sentence: `expected '>'`.
    public let reason: String
    /// How many bytes of the input come before the fault.
    public let offset: Int

    /// Creates an error at a byte offset.
    public init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason and the place, in one line.
    public var description: String { "\(reason) at byte \(offset)" }
}
