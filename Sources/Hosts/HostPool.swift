/// All hosts of one pool, behind one driver.
public protocol HostPool: Sendable {
    /// The hosts, master first.
    var hosts: [any Host] { get }

    /// Where the pool's VMs run.
    var hypervisor: any Hypervisor { get }

    /// Why nothing can be done with the hosts from here, nor anything seen of them, as the second half of a sentence; nil for
    /// hosts that are there.
    var absence: String? { get }

    /// The host with that uuid, or nil.
    func host(_ uuid: String) -> (any Host)?
}

extension HostPool {
    public var absence: String? { nil }

    public func host(_ uuid: String) -> (any Host)? {
        hosts.first { $0.uuid == uuid }
    }
}
