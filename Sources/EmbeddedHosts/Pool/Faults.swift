/// What is to go wrong in an embedded pool, for tests and rehearsals; nothing unless told.
public struct Faults: Hashable, Sendable {
    /// Why the migration of a VM fails half-way, by the VM's uuid.
    public var migrations: [String: String]
    /// Uuids of hosts that go down and don't come back.
    public var hostsThatStayDown: Set<String>

    /// Creates faults.
    public init(migrations: [String: String] = [:], hostsThatStayDown: Set<String> = []) {
        self.migrations = migrations
        self.hostsThatStayDown = hostsThatStayDown
    }

    /// Nothing goes wrong.
    public static let none = Faults()
}
