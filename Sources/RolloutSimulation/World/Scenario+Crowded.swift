public import Rollout

extension Scenario {
    /// A pool so full, with VMs of such different sizes, that its waves are many and its hosts come back at different times:
    /// the next wave begins while hosts of this one are on their way.
    ///
    /// - Parameters:
    ///   - hosts: at least 7, of 64 GiB each.
    ///   - used: GiB of each host that are in use.
    ///   - sizes: of the VMs, in GiB.
    ///   - change: changes how the run is carried out.
    public static func crowded(
        hosts: Int,
        used: Int = 48,
        sizes: [Int] = [1, 2, 4, 8, 16],
        _ change: (inout RunPolicy) -> Void = { _ in }
    ) -> Scenario {
        var view = PoolView()
        var random = SeededGenerator(seed: 16)
        view.lastBackup = World.epoch
        for number in 1...hosts {
            var host = HostView(id: "h\(number)", name: "xs\(number)", memory: 65_536)
            host.isMaster = number == 1
            view.hosts.append(host)
            var free = 1024 * used
            while free > 0 {
                let memory = min(free, 1024 * sizes[random.below(sizes.count)])
                free -= memory
                let id = "v\(view.vms.count + 1)"
                view.vms.append(VMView(id: id, name: id, host: host.id, memory: memory))
            }
        }
        var spec = RunSpec(run: "r1", startedBy: "ann", updates: [update(1, [.restartHost])])
        change(&spec.policy)
        var scenario = Scenario(view: view, spec: spec, seed: 1, faults: .none)
        scenario.isOnTime = true
        return scenario
    }
}
