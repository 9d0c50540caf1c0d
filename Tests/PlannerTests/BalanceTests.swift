@testable import Planner
import Testing

@Suite("Balance at the end")
struct BalanceTests {
    @Test("the spread between hosts is that of the checker's replay")
    func spread() throws {
        let pool = threeHosts()
        let planned = try #require(try planned(pool, quick(.fastest)))
        // All three VMs of 16 GiB end on the master's 64 GiB: parts 0.75, 0 and 0.
        #expect(planned.report.fullestAtEnd == 0.75)
        #expect(abs(planned.report.spreadAtEnd - 0.3535533906) < 1e-9)
    }

    @Test("levelling spreads three VMs over three hosts, after the window")
    func threeVMs() throws {
        let pool = threeHosts()
        var options = quick(.fastest)
        let packed = try #require(try planned(pool, options))
        options.levels = true
        let level = try #require(try planned(pool, options))
        #expect(level.report.isValid)
        #expect(level.report.spreadAtEnd == 0)
        #expect(level.report.mixedSeconds == packed.report.mixedSeconds)
        #expect(level.report.migrations == packed.report.migrations + 2)
        #expect(level.timeline(of: pool).contains("2 moves after the window"))
        #expect(!packed.timeline(of: pool).contains("after the window"))
    }

    @Test("levelling keeps every rule and the window, and never makes the spread larger", arguments: 0..<8)
    func random(slice: Int) throws {
        var found = 0
        for seed in (slice * 25)..<(slice * 25 + 25) {
            let pool = randomPool(UInt64(70_000 + seed))
            var options = quick(Planner.Policy.allCases[seed % 4], passes: 12)
            guard let packed = try planned(pool, options) else { continue }
            options.levels = true
            let level = try #require(try planned(pool, options), "\(pool.name)")
            found += 1
            #expect(PlanChecker.check(level.plan, for: pool).isValid, "\(pool.name)")
            #expect(level.report.mixedSeconds == packed.report.mixedSeconds, "\(pool.name)")
            #expect(level.report.spreadAtEnd <= packed.report.spreadAtEnd + 0.02, "\(pool.name)")
        }
        #expect(found > 5)
    }

    @Test("a pool of 64 hosts at 80 % ends level, for less than one further move a VM")
    func largePool() throws {
        let pool = SyntheticPool(hosts: 64, utilisation: 0.8).instance()
        var options = quick(.fastest, passes: 20)
        let packed = try #require(try planned(pool, options))
        options.levels = true
        let level = try #require(try planned(pool, options))
        #expect(level.report.mixedSeconds == packed.report.mixedSeconds)
        #expect(level.report.spreadAtEnd * 4 < packed.report.spreadAtEnd)
        #expect(level.report.migrations - packed.report.migrations < pool.vms.count / 2)
    }

    @Test("of two plans with equal windows and moves the more even one is better")
    func tie() {
        var (a, b) = (Outcome(), Outcome())
        (a.mixed, a.moves, a.unevenness, b.mixed, b.moves, b.unevenness) = (10, 5, 1, 10, 5, 2)
        for goal in [Portfolio.Goal.window, .moves] {
            #expect(Portfolio.isBetter(a, b, goal))
            #expect(!Portfolio.isBetter(b, a, goal))
        }
        b.moves = 4
        #expect(Portfolio.isBetter(b, a, .window))
    }
}
