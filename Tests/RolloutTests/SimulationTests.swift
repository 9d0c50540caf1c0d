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
        let row = CrashMatrix.run(story)
        #expect(row.failures.isEmpty, "\(row.failures.prefix(5))")
        #expect(row.passed.allSatisfy { $0 == row.boundaries })
        #expect(row.boundaries > 20)
    }
}
