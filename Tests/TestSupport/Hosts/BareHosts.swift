public import Hosts

/// Hosts for tests in which few are asked anything; VMs move there in no time.
public struct BareHosts: HostPool, Hypervisor {
    public let hosts: [any Hosts.Host]
    private let other: (any Hypervisor)?

    /// - Parameter hypervisor: where VMs are, if anything is to be known of it.
    public init(_ hosts: [any Hosts.Host] = [], hypervisor: (any Hypervisor)? = nil) {
        self.hosts = hosts
        other = hypervisor
    }

    public var hypervisor: any Hypervisor { other ?? self }

    public func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError) { progress(1) }

    public func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError) {}
}
