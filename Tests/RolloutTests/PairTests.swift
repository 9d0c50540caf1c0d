import Rollout
import Testing

@Suite("What is paused while hosts go down")
struct PairTests {
    private static let spec: RunSpec = {
        var spec = RunSpec(run: "r1", startedBy: "ann", updates: [update()])
        spec.policy.pairs = ["backups", "alarms"].map { Gate(name: $0, kind: .command(path: $0, arguments: [])) }
        return spec
    }()

    private func position(_ action: Action, in talk: Conversation) -> Int? { talk.seen.firstIndex(of: action) }

    @Test(
        "It is paused once nothing is in the way and before any host is touched, and resumed at the end, the last first"
    )
    func order() throws {
        var talk = Conversation(Self.spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        let paused = try ["backups", "alarms"].map { try #require(position(.fix(.pause(pair: $0)), in: talk)) }
        let resumed = try ["backups", "alarms"].map { try #require(position(.pay(.resumed(pair: $0)), in: talk)) }
        let precheck = try #require(position(.precheck(update: "u1", host: "h1"), in: talk))
        let disabled = try #require(position(.disable(host: "h1"), in: talk))
        #expect(precheck < paused[0] && paused[0] < paused[1] && paused[1] < disabled)
        #expect(disabled < resumed[1] && resumed[1] < resumed[0])
        #expect(talk.seen.count { $0 == .fix(.pause(pair: "backups")) } == 1)
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("It is owed from before it is asked for, so that a run that dies in between resumes it")
    func owedBefore() {
        var talk = Conversation(Self.spec, pool())
        talk.play(talk.start()) { machine, action in
            guard action == .fix(.pause(pair: "backups")) else { return false }
            #expect(machine.obligations.contains { $0.debt == .resumed(pair: "backups") && $0.state == .open })
            return true
        }
        #expect(talk.seen.last == .fix(.pause(pair: "backups")))
    }

    @Test("Where it can not be paused the run holds; nobody knows what was paused of it, so it is resumed all the same")
    func failure() {
        var talk = Conversation(Self.spec, pool())
        talk.play(talk.start()) { _, action in action == .fix(.pause(pair: "backups")) }
        let held = talk.machine.handle(.result(talk.last, .failed("backups said no (status 1)."), at: talk.moment))
        talk.play(held)
        #expect(talk.machine.waitsFor.contains { $0.contains("Pause backups did not succeed") })
        #expect(!talk.seen.contains(.disable(host: "h1")))
        talk.play(talk.say(.cancel))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.seen.contains(.pay(.resumed(pair: "backups"))))
        #expect(!talk.seen.contains(.pay(.resumed(pair: "alarms"))))
    }

    @Test("After a failure the operator resumes the run, and it is asked for again")
    func again() {
        var talk = Conversation(Self.spec, pool())
        talk.play(talk.start()) { _, action in action == .fix(.pause(pair: "backups")) }
        talk.play(talk.machine.handle(.result(talk.last, .failed("backups said no (status 1)."), at: talk.moment)))
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.count { $0 == .fix(.pause(pair: "backups")) } == 2)
    }

    @Test("Where there is nothing to do, nothing is paused")
    func nothingToDo() {
        var view = pool()
        for index in view.hosts.indices { view.hosts[index].applied = ["u1"] }
        var talk = Conversation(Self.spec, view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.nothingToDo))
        #expect(!talk.seen.contains { if case .fix = $0 { true } else { false } })
    }
}
