import Hosts

/// A host and what it is called.
public struct NamedHost: Sendable {
    /// Its name in the pool.
    public var name: String
    /// The host.
    public var host: any Host

    /// Creates a pair.
    public init(name: String, host: any Host) { (self.name, self.host) = (name, host) }
}
