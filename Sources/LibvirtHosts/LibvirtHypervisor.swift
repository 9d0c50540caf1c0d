import Hosts

/// VMs of real hosts.
struct LibvirtHypervisor: Hypervisor {
    let hosts: [String: LibvirtHost]
    let limits: PoolFile.Limits

    func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError) {
        guard source != destination else {
            throw .migrationFailed(vm: vm.name, reason: "it runs on that host already")
        }
        guard let from = hosts[source], let to = hosts[destination] else {
            throw .migrationFailed(
                vm: vm.name,
                reason: "the pool has no host \(hosts[source] == nil ? source : destination)"
            )
        }
        try await LibvirtMigration(vm: vm, source: from, destination: to, limits: limits).run(progress)
    }
}
