/// All hosts of one pool, behind one driver.
public protocol HostPool: Sendable {
    /// The hosts, master first.
    var hosts: [any Host] { get }

    /// Where the pool's VMs run.
    var hypervisor: any Hypervisor { get }

    /// The host with that uuid, or nil.
    func host(_ uuid: String) -> (any Host)?
}

extension HostPool {
    public func host(_ uuid: String) -> (any Host)? {
        hosts.first { $0.uuid == uuid }
    }
}
