import Planner
import Testing

@Suite("Plans are short")
struct PlanQualityTests {
    @Test("three hosts by hand: the bound is reached")
    func threeHostsByHand() throws {
        // Dirty 115 % of 16 GiB at 300 MiB/s: ceil(62.8) + 5 = 68 s. Master 540 s, one more crossing, then each other host.
        let planned = try #require(try planned(threeHosts(), quick(.fastest, passes: 100)))
        #expect(planned.report.isValid)
        #expect(planned.certificate.mixedSeconds >= 540 + 68 + 540)
        #expect(planned.report.mixedSeconds <= 540 + 540 + 2 * 68 + 540)
        #expect(planned.report.migrations <= 5)
    }

    @Test("policies trade window against moves")
    func policies() throws {
        let pool = SyntheticPool(hosts: 12, utilisation: 0.5).instance()
        let fastest = try #require(try planned(pool, quick(.fastest, passes: 120))).report
        let fewest = try #require(try planned(pool, quick(.fewestMoves, passes: 120))).report
        let one = try #require(try planned(pool, quick(.oneAtATime, passes: 120))).report
        #expect(fastest.mixedSeconds < fewest.mixedSeconds)
        #expect(fewest.migrations < fastest.migrations)
        #expect(one.mostParallel == 1)
        #expect(fewest.mixedSeconds < one.mixedSeconds)
    }

    @Test("the hosts left over when all chains do the same number do not cost a wave of their own")
    func lanes() throws {
        // 63 = 5 * 12 + 3 other hosts, of which 12 can be down at once: without lanes the window is above 1.23 times the bound.
        let pool = SyntheticPool(hosts: 64, utilisation: 0.8).instance()
        let planned = try #require(try planned(pool, quick(.fastest, passes: 60)))
        #expect(planned.report.isValid)
        #expect(planned.report.mixedSeconds * 100 <= planned.certificate.mixedSeconds * 120)
    }

    @Test("small VMs are named with their memory in MiB")
    func smallMemory() {
        let action = UnblockAction.suspend(vm: "tiny", minutes: 5, mib: 512, needsConsent: false)
        #expect(action.text.contains("(512 MiB)"))
    }

    @Test("going home is done only when asked for")
    func goingHome() throws {
        let pool = SyntheticPool(hosts: 4, utilisation: 0.4).instance()
        var options = quick(.fastest)
        options.goesHome = true
        let planned = try #require(try planned(pool, options))
        #expect(planned.report.isValid)
        var place: [String: String] = [:]
        for step in planned.plan.steps.sorted(by: { $0.start < $1.start }) {
            if case .migrate(let vm, _, let to) = step.action { place[vm] = to }
        }
        for vm in pool.vms { #expect(place[vm.id] ?? vm.host == vm.host) }
    }

    @Test(
        "public instances are within 3 % of the best known window",
        .enabled(if: Shared.hasInstances, "needs ../shared/planning/instances"),
        arguments: ["i01-two-hosts", "i02-three-hosts", "i04-tight-swap", "i06-six-hosts", "i08-k2-ha", "i14-n64-u80"]
    )
    func publicInstances(_ name: String) throws {
        let pool = try Shared.instance(name)
        let best = try #require(pool.known?.bestMixed)
        // The full search is for release builds; a tenth of it is enough for all but the largest.
        let planned = try #require(try planned(pool, quick(.fastest, passes: pool.hosts.count > 16 ? 250 : 1500)))
        #expect(planned.report.isValid)
        #expect(planned.report.mixedSeconds * 100 <= best * (pool.hosts.count > 16 ? 106 : 103))
    }

    @Test(
        "the smallest set of VMs to stop is found",
        .enabled(if: Shared.hasInstances, "needs ../shared/planning/instances")
    )
    func smallestStops() throws {
        let pool = try Shared.instance("i12-infeasible-95")
        var options = Planner.Options()
        guard case .impossible(let explanation) = try Planner.plan(pool, options: options) else {
            Issue.record("a plan without stopping anything")
            return
        }
        #expect(explanation.summary.contains("98304 MiB are missing"))
        let cheapest = try #require(explanation.unblockSets.first)
        var mib = 0
        for case .suspend(let vm, _, let size, _) in cheapest.actions {
            mib += size
            options.consent.insert(vm)
        }
        #expect(mib == 98_304)
        #expect(cheapest.actions.count == 2)
        // With consent, and only then, they are stopped.
        let planned = try #require(try planned(pool, options))
        #expect(planned.report.isValid)
        #expect(planned.report.stoppedVMs == 2)
    }
}
