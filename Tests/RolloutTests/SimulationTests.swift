import Rollout
import RolloutSimulation
import Testing

@Suite("Random worlds")
struct SimulationTests {
    /// 2,000 seeds, in batches that run side by side.
    @Test("No seed breaks an invariant", arguments: 0..<20)
    func seeds(batch: Int) {
        let first = UInt64(batch * 100 + 1)
        for seed in first..<(first + 100) {
            let result = Simulation.run(seed: seed)
            #expect(
                result.violations.isEmpty,
                "\(result.violations.first ?? "") - run \(Simulation.command(seed: seed))"
            )
        }
    }

    @Test(
        "Worlds that once broke an invariant do so no more",
        arguments: [
            // The host booted by itself between its check and the update, and was taken for restarted by the operator.
            4930, 17750,
            // A host died after it was seen to be updated, and came back with what it ran before.
            10820, 18253,
            // Cancelled behind the barrier, while a host was being emptied: neither finished nor put back.
            21060,
            // The deadline passed while one host could only be emptied after another, which was not begun any more.
            9147,
            // The host died while it was being enabled, and came back without its storage.
            125_524,
        ]
    )
    func mended(seed: UInt64) {
        let result = World(Scenario(seed: seed, isEarly: true)).run()
        #expect(result.violations.isEmpty, "\(result.violations.first ?? "")")
    }

    @Test(
        "So do those with the later faults",
        arguments: [
            // A VM stopped before the end of a cancelled run, which took no last look.
            2142, 3530,
            // A VM was removed while nobody knew what had become of its migration.
            5725,
        ]
    )
    func mendedLater(seed: UInt64) {
        let result = Simulation.run(seed: seed)
        #expect(result.violations.isEmpty, "\(result.violations.first ?? "")")
    }

    @Test("The same seed gives the same journal, byte for byte")
    func deterministic() {
        let first = Simulation.run(seed: 7)
        let second = Simulation.run(seed: 7)
        #expect(first.journal == second.journal)
        #expect(first.summary == second.summary)
    }

    @Test("Without faults every host of a plain pool is updated, and nothing is owed", arguments: [1, 2, 3, 5, 8, 16])
    func plain(hosts: Int) {
        let result = World(Scenario(hosts: hosts)).run()
        #expect(result.violations.isEmpty)
        #expect(result.ending == .succeeded)
        #expect(result.open.isEmpty)
        #expect(result.summary.contains("stopped []"))
    }

    @Test(
        "The master may die while any host is in any phase: the run ends, or holds with a reason",
        arguments: ["h1", "h2"]
    )
    func deaths(whenHost: String) {
        for phase in HostPhase.allCases {
            for seed in UInt64(1)...3 {
                var scenario = Scenario(hosts: 3, seed: seed)
                scenario.death = .init(of: "h1", when: whenHost, isIn: phase)
                let result = World(scenario).run()
                #expect(result.violations.isEmpty, "\(whenHost) in \(phase): \(result.violations.first ?? "")")
            }
        }
    }

    @Test("A run that was interrupted ends as one that was not, in random pools", arguments: 0..<8)
    func resumed(batch: Int) {
        var compared = 0
        for seed in UInt64(batch * 10 + 1)...UInt64(batch * 10 + 10) {
            // Without windows by the minute: a controller that was away for long may miss one.
            let scenario = Scenario(seed: seed, faults: Faults.none, isEarly: true)
            let undisturbed = World(scenario)
            let expected = undisturbed.run()
            guard undisturbed.interventions == 0, expected.ending != nil else { continue }
            for part in [1, 4, 7] {
                var killed = scenario
                let boundary = expected.boundaries * part / 8
                killed.crash = .init(boundary: boundary, mode: part == 4 ? .torn : .after, breaksOff: part == 7)
                let result = World(killed).run()
                compared += 1
                #expect(result.violations.isEmpty, "seed \(seed), boundary \(boundary)")
                #expect(result.summary == expected.summary, "seed \(seed), boundary \(boundary)")
            }
        }
        #expect(compared > 0)
    }

    @Test("Each fault alone ends, or holds with a reason", arguments: Faults.names.keys.sorted())
    func single(fault: String) {
        var faults = Faults.none
        let isKnown = faults.set(fault)
        #expect(isKnown)
        for seed in UInt64(1)...8 {
            let result = Simulation.run(seed: seed, faults: faults)
            #expect(result.violations.isEmpty, "\(fault), seed \(seed): \(result.violations.first ?? "")")
        }
    }
}

@Suite("The crash matrix")
struct CrashMatrixTests {
    @Test(
        "A controller killed at any boundary is taken over without a difference",
        arguments: CrashMatrix.Story.allCases
    )
    func matrix(story: CrashMatrix.Story) {
        // The large one dies at every boundary too, but in one way at each.
        let inTurn = story == .overlapping
        let row = CrashMatrix.run(story, inTurn: inTurn)
        #expect(row.failures.isEmpty, "\(row.failures.prefix(5))")
        #expect(row.passed == row.killed)
        #expect(row.killed.reduce(0, +) == row.boundaries * (inTurn ? 1 : CrashMatrix.ways.count))
        #expect(row.boundaries > 20)
    }
}
