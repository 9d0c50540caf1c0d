public import Hosts

/// A pool of real hosts, as a `pool.yaml` describes it.
public struct LibvirtPool: HostPool {
    /// The hosts, master first.
    public let hosts: [any Hosts.Host]
    /// Where the pool's VMs run.
    public let hypervisor: any Hypervisor
    /// What the pool was made from.
    public let file: PoolFile
    let machines: [LibvirtHost]
    private let folder: SocketFolder

    /// Takes a pool up. Nothing is connected yet: each host is when it is first asked for something.
    ///
    /// - Throws: ``HostError/failed(host:reason:)`` where this machine can not hold the connections' sockets.
    public init(_ file: PoolFile) throws(HostError) {
        self.file = file
        let folder = try SocketFolder()
        self.folder = folder
        machines = file.hosts.map { machine in
            let connection = SSHConnection(
                machine: machine,
                login: file.ssh,
                folder: folder.path,
                answerTime: file.limits.answerTime
            )
            return LibvirtHost(machine, in: file, connection: connection)
        }
        hosts = machines
        hypervisor = LibvirtHypervisor(
            hosts: Dictionary(machines.map { ($0.uuid, $0) }) { first, _ in first },
            limits: file.limits
        )
    }

    /// Ends all connections. Programs and migrations under way go on, and are found again.
    public func shutdown() async {
        await withTaskGroup(of: Void.self) { group in
            for host in machines { group.addTask { await host.shutdown() } }
        }
        folder.remove()
    }
}
