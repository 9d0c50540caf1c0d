/// Two fields that mirror one another: objects point forward, and the other side lists who points at it.
public struct Relation: Hashable, Sendable {
    /// One field of one class.
    public struct End: Hashable, Sendable, CustomStringConvertible {
        /// The class.
        public let className: String
        /// The name of its field in records.
        public let fieldName: String

        /// `class.field`.
        public var description: String { "\(className).\(fieldName)" }
    }

    /// The side that is stored, such as `VBD.VM`. A set of references where both sides are sets.
    public let forward: End
    /// The side that is worked out from it, such as `VM.VBDs`.
    public let back: End

    /// Creates a relation from `(class, field)` of both sides.
    init(_ forward: (String, String), _ back: (String, String)) {
        self.forward = End(className: forward.0, fieldName: forward.1)
        self.back = End(className: back.0, fieldName: back.1)
    }
}
