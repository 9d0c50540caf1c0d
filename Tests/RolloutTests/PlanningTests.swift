import Planner
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

    @Test("A group keeps its minimum although a host on which one of it runs is left out of the plan")
    func availableBesideALeftOutHost() {
        var view = pool(hosts: 3)
        view.vms.append(VMView(id: "v4", name: "web4", host: "h2", memory: 2048))
        view.groups = [VMGroup(name: "shop", vms: ["v2", "v3", "v4"], rule: .available(minimum: 2))]
        var request = request(view)
        request.hosts = ["h1", "h2"]
        request.unusable = ["h3"]
        let groups = UpdateInstance(request).availability
        #expect(groups.map(\.vms) == [["v2", "v4"]])
        #expect(groups.map(\.minimumUp) == [1])
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
        #expect(!JournalVerification([]).isIntact, "a file without any record proves nothing")
    }

    @Test("A journal that another version wrote is as it was written, although this one would have gone on differently")
    func anotherVersion() throws {
        let contents = try Journal.read(World(Scenario(hosts: 1)).run().journal, digest: Journal.sha256)
        var journal = Journal(digest: Journal.sha256)
        var bytes: [UInt8] = []
        for var record in contents.records {
            if record.intent != nil { record.intent?.effects = ["1 something else"] }
            bytes += try journal.append(record)
        }
        let verification = JournalVerification(bytes)
        #expect(verification.isIntact)
        #expect(verification.remark?.contains("would have gone on differently") == true)
    }
}
