@testable import Planner
import Testing

@Suite("Plans for random pools")
struct PlannerPropertyTests {
    /// Slices run in parallel.
    @Test("no plan breaks a rule, beats a bound, or exists where a proof denies it", arguments: 0..<20)
    func random(slice: Int) throws {
        var found = 0
        for seed in (slice * 110)..<(slice * 110 + 110) {
            let pool = randomPool(UInt64(1000 + seed))
            let policy = Planner.Policy.allCases[seed % 4]
            let certificate = try Planner.certificate(of: pool)
            guard let planned = try planned(pool, quick(policy, passes: 12)) else { continue }
            found += 1
            // The planner drops plans that the checker refuses; so a plan that is here must pass it again.
            let report = PlanChecker.check(planned.plan, for: pool)
            #expect(report.isValid, "\(pool.name): \(report.violations.first?.description ?? "")")
            #expect(report.mixedSeconds >= certificate.mixedSeconds, "\(pool.name)")
            #expect(report.migrations >= certificate.moves.value || report.stoppedVMs > 0, "\(pool.name)")
            #expect(certificate.obstacles.isEmpty || report.stoppedVMs > 0, "\(pool.name): \(certificate.obstacles)")
            if policy == .oneAtATime { #expect(report.mostParallel <= 1, "\(pool.name)") }
        }
        #expect(found > 20)
    }

    @Test("the search never hands out a plan that the checker refuses", arguments: 0..<4)
    func everyPassIsValid(slice: Int) throws {
        var refused = 0
        for seed in (slice * 50)..<(slice * 50 + 50) {
            let pool = randomPool(UInt64(90_000 + seed))
            refused += try Planner.refusedPlans(pool, passes: 20)
        }
        #expect(refused == 0)
    }

    @Test("canary, order, availability and deadline are kept", arguments: 0..<10)
    func operatorRules(slice: Int) throws {
        var found = 0
        for seed in (slice * 20)..<(slice * 20 + 20) {
            var pool = randomPool(UInt64(50_000 + seed))
            var random = SeededGenerator(seed: UInt64(seed))
            let last = pool.hosts.count - 1
            if seed % 2 == 0 { pool.canary = .init(host: "h\(last)", soak: 600) }
            if seed % 3 == 0, last > 1 { pool.hosts[1].after = ["h\(last)"] }
            if seed % 5 == 0 { pool.parameters.finishBy = 1500 + random.below(3000) }
            if pool.vms.count > 3 {
                pool.availability = [.init(id: "some", vms: pool.vms.prefix(4).map(\.id), minimumUp: 2)]
            }
            guard let planned = try planned(pool, quick(.fastest, passes: 12)) else { continue }
            found += 1
            let report = PlanChecker.check(planned.plan, for: pool)
            #expect(report.isValid, "\(pool.name): \(report.violations.first?.description ?? "")")
        }
        #expect(found > 3)
    }

    @Test("the same seed gives the same plan")
    func deterministic() throws {
        let pool = SyntheticPool(hosts: 8, utilisation: 0.6).instance()
        let first = try planned(pool, quick(passes: 60))
        let second = try planned(pool, quick(passes: 60))
        #expect(first?.plan == second?.plan)
        #expect(first != nil)
    }
}
