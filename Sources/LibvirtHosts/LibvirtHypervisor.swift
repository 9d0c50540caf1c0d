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

    /// How long a guest may take to shut itself down before that counts as failed; it then runs on.
    private static let shutdownTime = Duration.seconds(600)

    func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError) {
        guard let host = hosts[host] else { throw .failed(host: host, reason: "the pool has no such host") }
        // A connection of its own: saving a large memory must not keep the looks at the host waiting.
        let connection = try await host.openLibvirt()
        let isKnown: Bool
        do throws(LibvirtError) {
            isKnown = try await connection.change(vm.uuid, change)
        } catch {
            throw .failed(host: host.name, reason: "VM \(vm.name): \(error.message)")
        }
        guard isKnown else {
            throw .failed(host: host.name, reason: "VM \(vm.name) is not defined there: start it where it is")
        }
        if change == .cleanShutdown { try await awaitShutdown(of: vm, on: host, connection) }
    }

    private func awaitShutdown(
        of vm: RunningVM,
        on host: LibvirtHost,
        _ connection: LibvirtConnection
    ) async throws(HostError) {
        let deadline = ContinuousClock().now + Self.shutdownTime
        while ContinuousClock().now < deadline, !Task.isCancelled {
            do throws(LibvirtError) {
                // One that is gone was defined for one boot only.
                guard let state = try await connection.state(of: vm.uuid), state != .off else { return }
            } catch {
                throw .failed(host: host.name, reason: "VM \(vm.name): \(error.message)")
            }
            await connection.pause(milliseconds: 500)
        }
        throw .failed(host: host.name, reason: "VM \(vm.name) did not shut itself down: do it in the VM")
    }
}
