/// One call that changed something, or was to, whatever door it came through.
public struct AuditEntry: Hashable, Sendable {
    /// Seconds since the epoch.
    public let at: Int64
    /// Who called, with which role, from which address.
    public let user: String
    public let role: String
    public let address: String
    /// The message, such as `host.disable`, and the objects that it named.
    public let message: String
    public let object: String
    /// `success`, or the error's code.
    public let outcome: String

    /// Creates an entry.
    public init(
        at: Int64,
        user: String,
        role: String,
        address: String,
        message: String,
        object: String,
        outcome: String
    ) {
        (self.at, self.user, self.role, self.address) = (at, user, role, address)
        (self.message, self.object, self.outcome) = (message, object, outcome)
    }

    /// Whether it was done.
    var isDone: Bool { outcome == "success" }
}
