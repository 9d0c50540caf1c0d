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

    func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError) {
        let (host, connection) = try await order(vm, on: host) { connection throws(LibvirtError) in
            try await connection.change(vm.uuid, change)
        }
        if change == .cleanShutdown { try await awaitShutdown(of: vm, on: host, connection) }
    }

    func insert(_ source: String?, into drive: String, of vm: RunningVM, on host: String) async throws(HostError) {
        _ = try await order(vm, on: host) { connection throws(LibvirtError) in
            try await connection.insert(source, into: drive, of: vm.uuid)
        }
    }

    func setStartsWithHost(_ starts: Bool, _ vm: RunningVM, on host: String) async throws(HostError) {
        _ = try await order(vm, on: host) { connection throws(LibvirtError) in
            try await connection.setStartsWithHost(starts, vm.uuid)
        }
    }

    /// Has libvirt do something with a VM.
    ///
    /// - Parameter body: returns false where the host has no such VM.
    private func order(
        _ vm: RunningVM,
        on uuid: String,
        _ body: (LibvirtConnection) async throws(LibvirtError) -> Bool
    ) async throws(HostError) -> (LibvirtHost, LibvirtConnection) {
        guard let host = hosts[uuid] else { throw .failed(host: uuid, reason: "the pool has no such host") }
        // A connection of its own: saving a large memory must not keep the looks at the host waiting.
        let connection = try await host.openLibvirt()
        let isKnown: Bool
        do throws(LibvirtError) {
            isKnown = try await body(connection)
        } catch {
            throw .failed(host: host.name, reason: "VM \(vm.name): \(error.message)")
        }
        guard isKnown else {
            throw .failed(host: host.name, reason: "VM \(vm.name) is not defined there: start it where it is")
        }
        return (host, connection)
    }

    private func awaitShutdown(
        of vm: RunningVM,
        on host: LibvirtHost,
        _ connection: LibvirtConnection
    ) async throws(HostError) {
        let deadline = ContinuousClock().now + .seconds(limits.shutdownTime)
        while ContinuousClock().now < deadline, !Task.isCancelled {
            do throws(LibvirtError) {
                // One that is gone was defined for one boot only.
                guard let state = try await connection.state(of: vm.uuid), state != .off else { return }
            } catch {
                throw .failed(host: host.name, reason: "VM \(vm.name): \(error.message)")
            }
            await connection.pause(milliseconds: 500)
        }
        let time = "within \(limits.shutdownTime) seconds"
        throw .failed(host: host.name, reason: "VM \(vm.name) did not shut itself down \(time): do it in the VM")
    }
}
