import Foundation
import Planner
import Testing

/// Pools that an exact solver has a plan for, and that a search by rules missed.
@Suite("Pools that are hard to plan")
struct HardPoolsTests {
    static let folder = Shared.folder.appendingPathComponent("cases")
    static let solvable: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix("noplan-") && $0.hasSuffix(".json") && !$0.hasSuffix(".plan.json") }.sorted()
    }()

    @Test("a plan is found where there is one", .enabled(if: !solvable.isEmpty), arguments: solvable)
    func solved(_ name: String) throws {
        let pool = try UpdateInstance(json: Array(try Data(contentsOf: Self.folder.appendingPathComponent(name))))
        var options = Planner.Options()
        options.explains = false
        try require(pool, options)
    }

    private func require(_ pool: UpdateInstance, _ options: Planner.Options) throws {
        guard case .planned(let planned) = try Planner.plan(pool, options: options) else {
            Issue.record("\(pool.name): no plan was found")
            return
        }
        #expect(planned.report.isValid)
        #expect(planned.report.hostsLeft == 0)
    }

    /// Two large hosts and four small ones, with room for the largest kept free: waves follow each other in exactly one update.
    static let unequalWithReserve: UpdateInstance = {
        var pool = UpdateInstance(
            name: "unequal, with a reserve",
            hosts: (0..<6).map { index in
                .init(id: "h\(index)", memory: (index < 2 ? 128 : 64) * 1024, nicRate: 1200, isMaster: index == 0)
            },
            vms: (0..<16).map { .init(id: "v\($0)", memory: 8192, host: "h\($0 % 6)") }
        )
        pool.parameters.haFailures = 1
        return pool
    }()

    @Test("no bound is above a valid plan, and none has to be taken back")
    func boundsHold() throws {
        for pool in [Self.unequalWithReserve] + (1...60).map(randomPool) {
            guard case .planned(let planned) = try Planner.plan(pool, options: quick(passes: 60)) else { continue }
            #expect(planned.certificate.refuted.isEmpty, "\(pool.name): \(planned.certificate.refuted)")
        }
    }

    @Test("no policy is beaten by another in what it is for, and the default stays within its 5 %")
    func policiesAreOrdered() throws {
        for seed in UInt64(1)...40 {
            let pool = randomPool(seed)
            func report(_ policy: Planner.Policy) throws -> PlanReport? {
                var options = quick(passes: 60)
                options.policy = policy
                guard case .planned(let planned) = try Planner.plan(pool, options: options) else { return nil }
                return planned.report
            }
            let (fastest, balanced, fewest) = (try report(.fastest), try report(.balanced), try report(.fewestMoves))
            guard let fastest, let balanced, let fewest else {
                #expect(fastest == nil && balanced == nil && fewest == nil, "\(pool.name)")
                continue
            }
            #expect(fastest.mixedSeconds <= min(balanced.mixedSeconds, fewest.mixedSeconds), "\(pool.name)")
            #expect(fewest.migrations <= min(balanced.migrations, fastest.migrations), "\(pool.name)")
            #expect(balanced.mixedSeconds * 100 <= fastest.mixedSeconds * 105, "\(pool.name)")
        }
    }

    @Test("to leave out the only host is offered to nobody, and a way out stands under its own host")
    func waysOut() throws {
        var one = UpdateInstance(
            name: "one host",
            hosts: [.init(id: "h0", memory: 65_536, isMaster: true)],
            vms: [.init(id: "v", memory: 4096, host: "h0", stop: .suspend)]
        )
        one.vms[0].isAgile = false
        if case .impossible(let explanation) = try Planner.plan(one) {
            #expect(!explanation.unblockSets.flatMap(\.actions).contains(.skip(host: "h0")))
        }
        var two = UpdateInstance(
            name: "two ties",
            hosts: (0..<3).map { .init(id: "h\($0)", memory: 65_536, isMaster: $0 == 0) },
            vms: [.init(id: "huge", memory: 65_000, host: "h1"), .init(id: "gpu", memory: 4096, host: "h2")]
        )
        for vm in two.vms.indices { two.vms[vm].isAgile = false }
        guard case .planned(let planned) = try Planner.plan(two) else { return }
        for left in planned.leftOut {
            for action in left.way?.actions ?? [] {
                #expect(action.text.contains(left.host == "h1" ? "huge" : "gpu"))
            }
        }
        #expect(planned.leftOut.map(\.host) == ["h1", "h2"])
    }
}
