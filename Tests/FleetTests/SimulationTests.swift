@testable import Fleet
import FleetSimulation
import Testing

@Suite("Random fleets")
struct FleetSimulationTests {
    @Test("No seed breaks an invariant", arguments: 0..<20)
    func seeds(batch: Int) {
        for seed in UInt64(batch * 100 + 1)...UInt64(batch * 100 + 100) {
            let result = FleetSimulation.run(seed: seed)
            #expect(result.violations.isEmpty, "\(result.violations.first ?? "")")
        }
    }

    @Test("A fleet of 1,000 pools comes to its end", arguments: 1...3 as ClosedRange<UInt64>)
    func large(seed: UInt64) {
        let result = FleetSimulation.run(seed: seed, pools: 1000)
        #expect(result.violations.isEmpty, "\(result.violations.first ?? "")")
        #expect(result.ending != nil)
    }

    @Test("Without faults every pool is updated, in as many runs", arguments: 1...40 as ClosedRange<UInt64>)
    func plain(seed: UInt64) {
        var scenario = FleetScenario(seed: seed)
        scenario.faults = 0
        scenario.words = false
        for index in scenario.spec.rings.indices { scenario.spec.rings[index].needsApproval = false }
        let result = FleetSimulation.run(scenario)
        #expect(result.violations.isEmpty, "\(result.violations.first ?? "")")
        #expect(result.ending == .succeeded)
        #expect(result.begun == scenario.spec.rings.reduce(0) { $0 + $1.pools.count })
    }

    @Test("The seeds meet kills, spent budgets and cancels")
    func coverage() {
        let results = (UInt64(1)...300).map { FleetSimulation.run(seed: $0) }
        #expect(results.reduce(0) { $0 + $1.kills } > 300)
        for ending in [FleetMachine.Ending.succeeded, .partly, .cancelled, .budget] {
            #expect(results.contains { $0.ending == ending }, "\(ending)")
        }
    }
}
