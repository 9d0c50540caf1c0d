import Rollout
import RolloutSimulation

/// How long the mixed state lasts in a world in which everything takes what the plan expects: what is left between the
/// plan and the run is the run's own doing.
enum PlannedAndRun {
    struct Row {
        var hosts: Int
        /// Percent of the memory in use.
        var load: Int
        /// Seconds of mixed state: the plan's, and the run's with nothing between the waves, and with a gate that is always green.
        var planned: Int
        var run: Int64
        var withGates: Int64

        var text: String {
            "| \(hosts) hosts, \(load) % of the memory in use | \(planned) s | \(run) s | \(withGates) s |"
        }
    }

    static func rows() -> [Row] {
        [3, 16, 40, 64].flatMap { hosts in
            [50, 75].compactMap { load in
                guard hosts > 3 || load < 60, let free = seconds(hosts, load, gates: []) else { return nil }
                let gate = Gate(name: "page", kind: .http(url: "https://example.com/"))
                guard let gated = seconds(hosts, load, gates: [gate]) else { return nil }
                return Row(hosts: hosts, load: load, planned: free.planned, run: free.run, withGates: gated.run)
            }
        }
    }

    private static func seconds(_ hosts: Int, _ load: Int, gates: [Gate]) -> (planned: Int, run: Int64)? {
        let update = Scenario.update(1, [.restartHost])
        var spec = RunSpec(run: "run", startedBy: "root", updates: [update])
        spec.policy.gates = gates
        var scenario = Scenario(view: pool(hosts, load), spec: spec, seed: 1, faults: .none)
        scenario.isOnTime = true
        let world = World(scenario)
        let result = world.run()
        guard result.violations.isEmpty, result.ending == .succeeded, let machine = world.machine,
            let planned = machine.plannedMixedSeconds
        else {
            print(result.violations, result.summary)
            return nil
        }
        return (planned, RunReport(machine, journalHead: "").mixedSeconds)
    }

    /// Hosts of 64 GiB with VMs of 1 to 16 GiB.
    private static func pool(_ hosts: Int, _ load: Int) -> PoolView {
        var view = PoolView()
        var random = SeededGenerator(seed: UInt64(hosts))
        view.lastBackup = World.epoch
        for number in 1...hosts {
            var host = HostView(id: "h\(number)", name: "xs\(number)", memory: 65_536)
            host.isMaster = number == 1
            view.hosts.append(host)
            var free = 65_536 * load / 100
            while free >= 1024 {
                let memory = min(free, 1024 << random.below(5))
                free -= memory
                let guest = view.vms.count + 1
                view.vms.append(VMView(id: "v\(guest)", name: "vm\(guest)", host: host.id, memory: memory))
            }
        }
        return view
    }
}
