import Rollout
import RolloutSimulation
import Testing

@Suite("Waves that overlap")
struct OverlapTests {
    private func world(_ change: (inout RunPolicy) -> Void = { _ in }) -> World {
        World(.crowded(hosts: 16, change))
    }

    private func overlaps(_ world: World) -> Int {
        world.machine?.events.count { $0.text.contains("still on the way") } ?? 0
    }

    @Test("The next wave begins while hosts are on their way, and the run takes about what was planned")
    func overlap() throws {
        let world = world()
        let result = world.run()
        #expect(result.violations.isEmpty)
        #expect(result.ending == .succeeded)
        #expect(overlaps(world) > 0)
        let machine = try #require(world.machine)
        let planned = Int64(try #require(machine.plannedMixedSeconds))
        let waves = Int64(try #require(machine.waves).count)
        // What is left are looks at hosts that are on their way, every ten seconds, and calls of a second each.
        #expect(RunReport(machine, journalHead: "").mixedSeconds < planned + 20 * waves)
    }

    @Test("The run of the crash matrix has waves that overlap")
    func matrix() {
        let world = World(CrashMatrix.Story.overlapping.scenario)
        #expect(world.run().ending == .succeeded)
        #expect(overlaps(world) > 0)
    }

    @Test("Where a gate, a soak or an approval lies between waves, they stay apart", arguments: 0..<3)
    func apart(kind: Int) {
        let world = world { policy in
            switch kind {
            case 0: policy.gates = [Gate(name: "page", kind: .http(url: "https://example.com/"))]
            case 1: policy.soak = 60
            default: policy.approveEachHost = true
            }
        }
        let result = world.run()
        #expect(result.violations.isEmpty)
        #expect(overlaps(world) == 0)
    }

    @Test("No wave overlaps the canary's time; the waves after it do")
    func canary() throws {
        let soak: Int64 = 86_400
        let world = world { $0.canary = .init(host: "h2", soak: soak) }
        #expect(world.run().ending == .succeeded)
        #expect(overlaps(world) > 0)
        let hosts = try #require(world.machine?.hosts)
        let watched = try #require(hosts.first { $0.id == "h2" }?.ended)
        for host in hosts where host.id != "h1" && host.id != "h2" {
            #expect(try #require(host.begun) >= watched + soak, "\(host.name)")
        }
    }

    @Test("A VM that somebody starts where the rest of the plan needs the room makes a new plan, not a full host")
    func hand() throws {
        let plain = world()
        _ = plain.run()
        var scenario = plain.scenario
        scenario.faults.hands = 100
        for seed in UInt64(1)...20 {
            scenario.seed = seed
            let world = World(scenario)
            let result = world.run()
            #expect(result.violations.isEmpty, "seed \(seed): \(result.violations)")
        }
    }
}
