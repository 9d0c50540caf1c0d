import Rollout
import RolloutSimulation
import Testing

@Suite("Planning")
struct PlanningTests {
    private func request(_ view: PoolView, rest: RolloutPlan? = nil, _ spec: RunSpec = run()) -> PlanRequest {
        PlanRequest(
            view: view,
            hosts: view.hosts.map(\.id),
            updated: [],
            unusable: [],
            spec: spec,
            consents: spec.consents,
            rest: rest,
            reason: "test"
        )
    }

    private func new(_ answer: PlanAnswer) -> RolloutPlan? {
        if case .new(let plan) = answer { plan } else { nil }
    }

    @Test("The master is a wave of its own, and the first")
    func master() throws {
        let plan = try #require(new(Planning.answer(request(pool(hosts: 4)))))
        #expect(plan.waves.first == ["h1"])
        #expect(Set(plan.waves.joined()) == ["h1", "h2", "h3", "h4"])
    }

    @Test("A host's update waits for every move off it")
    func order() throws {
        let plan = try #require(new(Planning.answer(request(pool(hosts: 3)))))
        for (index, step) in plan.steps.enumerated() {
            guard case .update(let host) = step.work else { continue }
            for (earlier, move) in plan.steps.enumerated() where earlier < index {
                if case .move(_, host, _) = move.work { #expect(step.after.contains(earlier)) }
            }
        }
    }

    @Test("A plan that still fits is kept; one that does not is replaced")
    func keep() throws {
        let view = pool(hosts: 3)
        let first = try #require(new(Planning.answer(request(view))))
        #expect(Planning.answer(request(view, rest: first)) == .keep)
        var moved = view
        moved.vms[0].host = "h3"
        #expect(new(Planning.answer(request(moved, rest: first))) != nil)
    }

    @Test("Without the master, and without room, there is no plan, and the answer says why")
    func impossible() {
        var headless = request(pool(hosts: 2))
        headless.unusable = ["h1"]
        #expect(
            Planning.answer(headless)
                == .impossible("the master does not answer, or is out of service: bring it back first.", offers: [])
        )
        var full = pool(hosts: 2)
        for index in full.vms.indices { full.vms[index].memory = 8000 }
        guard case .impossible(let text, let offers) = Planning.answer(request(full)) else {
            Issue.record("two full hosts can not be emptied")
            return
        }
        #expect(!text.isEmpty)
        #expect(!offers.isEmpty)
    }

    @Test("Where no host restarts, nothing moves")
    func noMoves() throws {
        let plan = try #require(
            new(Planning.answer(request(pool(hosts: 3), rest: nil, run([update(1, [.restartXAPI])]))))
        )
        #expect(plan.steps.count == 3)
        #expect(plan.waves.count == 3)
    }

    @Test("An intact journal is said to be so, an edited or shortened one is not")
    func verification() throws {
        let bytes = World(Scenario(hosts: 1)).run().journal
        let intact = JournalVerification(bytes)
        #expect(intact.isIntact)
        #expect(intact.text.hasPrefix("Run run-1: "))
        var edited = bytes
        edited[bytes.count / 2] ^= 4
        #expect(!JournalVerification(edited).isIntact)
        let last = try #require(bytes.dropLast().lastIndex(of: 0x0A))
        #expect(!JournalVerification(Array(bytes[...last]), expectedHead: intact.head).isIntact)
    }
}
