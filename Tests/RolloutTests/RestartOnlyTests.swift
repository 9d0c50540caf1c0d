import Foundation
import Rollout
import RolloutSimulation
import Testing

@Suite("A rolling restart")
struct RestartOnlyTests {
    private let spec = RunSpec(run: "r1", startedBy: "ann", updates: [], restartsOnly: true)

    @Test("restarts each host once, the master first, empties it before, and asks for no update")
    func plain() throws {
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        let restarted = talk.seen.compactMap { if case .restartHost(let host, _) = $0 { host } else { nil } }
        #expect(restarted.first == "h1" && Set(restarted).count == 3 && restarted.count == 3)
        let moved = try #require(talk.seen.firstIndex { if case .move(_, "h1", _) = $0 { true } else { false } })
        let down = try #require(talk.seen.firstIndex { if case .restartHost("h1", _) = $0 { true } else { false } })
        #expect(moved < down)
        #expect(
            !talk.seen.contains { action in
                switch action {
                case .apply, .precheck: true
                default: false
                }
            }
        )
        #expect(talk.machine.hosts.allSatisfy { $0.isNew && $0.bootBefore != $0.bootAfter })
        #expect(talk.machine.view.vms.allSatisfy { $0.power == .running })
    }

    @Test("says so in its evidence, and speaks of no update there")
    func evidence() {
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        let report = RunReport(talk.machine, journalHead: "head")
        #expect(report.purpose == .restart && report.exposedHostSeconds == 0 && report.stillExposed.isEmpty)
        for text in [report.text, report.html] {
            #expect(text.contains("each host once, and nothing is installed"))
            #expect(!text.contains("update") && !text.contains("xposed") && !text.contains("Mixed"), "\(text)")
        }
        #expect(report.text.contains("xs2 has restarted, as observed."))
    }

    @Test("A host that comes back with the boot that it had is not taken for restarted")
    func sameBoot() {
        var talk = Conversation(spec, pool())
        let view = talk.view
        talk.play(talk.start()) { _, action in if case .restartHost = action { true } else { false } }
        let effects = talk.machine.handle(.result(talk.last, .done, at: talk.moment))
        talk.view = view
        talk.play(effects) { machine, _ in !machine.holds.isEmpty }
        #expect(talk.machine.holds.contains { $0.reason.contains("xs1 did not come back within 20 minutes") })
        #expect(!talk.machine.hosts.contains { $0.isNew })
    }

    @Test("What only an update asks for does not stand in its way; everything else does")
    func prechecks() {
        var view = pool()
        view.hosts[0].isLicensed = false
        view.hosts[1].freeBytes = 0
        view.hosts[1].obstacles = ["it has neither rpm nor dpkg"]
        view.hosts[1].build = "other"
        #expect(Prechecks.problems(view, spec).isEmpty)
        view.haEnabled = true
        view.hosts[1].unpluggedStorage = ["iscsi"]
        view.vms[1].localISO = "tools.iso"
        #expect(Prechecks.problems(view, spec).map(\.check) == [.highAvailability, .storage, .media])
        view = pool()
        view.hosts[1].isEnabled = false
        let maintenance = Prechecks.problems(view, spec).first?.text
        #expect(maintenance?.contains("let it be restarted as it is") == true)
    }

    @Test("With an update, in manual mode or behind a barrier it contradicts itself, and is refused")
    func contradictions() {
        var (installing, manual, waiting) = (spec, spec, spec)
        installing.updates = [update()]
        manual.mode = .manual
        waiting.policy.hasBarrier = true
        for spec in [installing, manual, waiting] {
            let problems = Prechecks.problems(pool(), spec)
            #expect(problems.map(\.check) == [.specification] && problems.first?.severity == .blocking)
        }
    }

    @Test("The master may be left out: nothing becomes newer than it")
    func withoutMaster() {
        var spec = spec
        spec.excluded = ["h1"]
        #expect(Prechecks.problems(pool(), spec).isEmpty)
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.phase("h1") == .skipped && talk.phase("h2") == .done)
    }

    @Test("Cancelled before a host was asked to restart, it leaves the host as it was")
    func cancelled() {
        var talk = Conversation(spec, pool())
        talk.play(talk.start()) { machine, action in
            if case .inspect("h1") = action { machine.hosts[0].phase == .clearing } else { false }
        }
        var effects = talk.say(.cancel)
        effects += talk.machine.handle(.result(talk.last, talk.answer(.inspect(host: "h1")), at: talk.moment))
        talk.play(effects)
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(!talk.seen.contains { action in if case .restartHost = action { true } else { false } })
        #expect(talk.view.hosts.allSatisfy { $0.isEnabled })
        #expect(talk.machine.obligations.allSatisfy { $0.state != .open })
    }

    @Test("A journal of before there was such a run is one of an installation")
    func olderJournals() throws {
        let written = try JSONEncoder().encode(Input.start(run(), at: Moment(wall: 0, steady: 0)))
        #expect(!String(decoding: written, as: UTF8.self).contains("restartsOnly"))
        guard case .start(let spec, _) = try JSONDecoder().decode(Input.self, from: written) else {
            Issue.record("another input")
            return
        }
        #expect(spec.purpose == .install)
    }

    @Test("No random world breaks an invariant in one", arguments: 0..<4)
    func worlds(batch: Int) {
        for seed in UInt64(batch * 50 + 1)...UInt64(batch * 50 + 50) {
            let result = World(Scenario(seed: seed).onlyRestarting()).run()
            #expect(result.violations.isEmpty, "\(result.violations.first ?? "") - seed \(seed)")
        }
    }
}
