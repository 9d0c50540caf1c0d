import Hosts

/// Migrations by the model: nothing moves but time.
struct EmbeddedHypervisor: Hypervisor {
    let hosts: [String: EmbeddedHost]
    let timing: Timing
    let faults: Faults

    /// How often a migration looks whether its hosts are still up, and says how far it is.
    private static let steps = 20

    func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError) {
        let total = Timing.migrationOverhead + .seconds(Double(max(0, vm.memory)) / Timing.migrationBandwidth)
        guard source != destination else {
            throw .migrationFailed(vm: vm.name, reason: "it runs on that host already")
        }
        for step in 0...Self.steps {
            for uuid in [source, destination] {
                guard let host = hosts[uuid] else {
                    throw .migrationFailed(vm: vm.name, reason: "the pool has no host \(uuid)")
                }
                guard await host.isUp else {
                    throw .migrationFailed(vm: vm.name, reason: "host \(host.name) is down")
                }
            }
            if step == Self.steps / 2, let reason = faults.migrations[vm.uuid] {
                throw .migrationFailed(vm: vm.name, reason: reason)
            }
            progress(Double(step) / Double(Self.steps))
            guard step < Self.steps else { return }
            do { try await timing.sleep(total / Self.steps) } catch {
                throw .migrationFailed(vm: vm.name, reason: "the migration was cancelled")
            }
        }
    }

    func change(_ vm: RunningVM, _ change: PowerChange, on uuid: String) async throws(HostError) {
        guard let host = hosts[uuid] else { throw .failed(host: uuid, reason: "the pool has no such host") }
        try await host.checkUp()
        do { try await timing.sleep(Timing.duration(of: change, memory: vm.memory)) } catch {
            throw .failed(host: host.name, reason: "the change of VM \(vm.name) was broken off")
        }
        try await host.checkUp()
    }
}
