import Rollout
import Testing

@Suite("However a run ends, it looks once more, and names what is off")
struct LastLookTests {
    private func isLast(_ machine: RolloutMachine, _ action: Action) -> Bool {
        action == .observe && machine.stage == .finishing
    }

    private func isApplied(_ machine: RolloutMachine, _ action: Action) -> Bool {
        action == .apply(update: "u1", host: "h1")
    }

    private func stop(_ name: String, in talk: inout Conversation) {
        for index in talk.view.vms.indices where talk.view.vms[index].name == name {
            talk.view.vms[index].power = .halted
            talk.view.vms[index].host = nil
        }
    }

    private func goOn(_ talk: inout Conversation, _ action: Action) {
        let outcome = talk.answer(action)
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
    }

    /// A run that is cancelled while its first host is updated, up to its last look.
    private func cancelledWhileApplying(_ talk: inout Conversation) {
        talk.play(talk.start(), until: isApplied)
        _ = talk.say(.cancel)
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)), until: isLast)
    }

    private func deviations(_ talk: Conversation) -> [String] {
        RunReport(talk.machine, journalHead: "").deviations
    }

    @Test("A VM that somebody stops before the end of a run that is ended early is named", arguments: [true, false])
    func endedEarly(isCancelled: Bool) {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start(), until: isApplied)
        _ = talk.say(isCancelled ? .cancel : .stopAfterHost)
        stop("web3", in: &talk)
        talk.view.vms.removeAll { $0.name == "web2" }
        goOn(&talk, .apply(update: "u1", host: "h1"))
        #expect(talk.machine.stage == .ended(isCancelled ? .cancelled : .stopped))
        #expect(deviations(talk).contains("VM web3 ran when the run began, and does not run at its end."))
        #expect(deviations(talk).contains("VM web2 does not exist any more."))
    }

    @Test("So is one that stops past the deadline")
    func deadline() {
        var spec = run()
        spec.policy.finishBy = 1_000_000 + spec.policy.expectedHostSeconds + 100
        spec.policy.maxParallel = 1
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start(), until: isApplied)
        talk.time += 200
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)), until: isLast)
        stop("web3", in: &talk)
        goOn(&talk, .observe)
        #expect(talk.machine.stage == .ended(.stopped))
        #expect(deviations(talk).contains("VM web3 ran when the run began, and does not run at its end."))
    }

    @Test("A VM that stops between two looks before anything is changed is named; where it ran meanwhile is not")
    func betweenFirstLooks() {
        var view = pool(hosts: 3)
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        stop("web2", in: &talk)
        talk.view.vms[2].host = "h2"
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(deviations(talk).contains("VM web2 ran on xs2 and is halted: not by this run."))
        #expect(!deviations(talk).contains { $0.contains("web3") && $0.contains("xs2: not by this run") })
    }

    @Test("A VM that is gone is named also where nobody had heard what became of its migration")
    func goneAfterMigration() throws {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in if case .move = action { true } else { false } }
        guard case .move(let vm, _, _) = try #require(talk.seen.last) else { return }
        let name = try #require(talk.view.vm(vm)?.name)
        _ = talk.say(.cancel)
        talk.view.vms.removeAll { $0.id == vm }
        var effects = talk.machine.handle(.result(talk.last, .unreachable("no answer."), at: talk.moment))
        for _ in 0..<20 where !talk.machine.stage.isEnded {
            talk.play(effects)
            talk.time += 10
            effects = talk.machine.handle(.tick(at: talk.moment))
        }
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(deviations(talk).contains("VM \(name) does not exist any more."))
    }

    @Test("A run that is cancelled before it has changed anything looks once more, too")
    func cancelledBefore() {
        var view = pool()
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        stop("web1", in: &talk)
        talk.play(talk.say(.cancel))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(deviations(talk).contains("VM web1 ran on xs1 and is halted: not by this run."))
    }

    @Test("A run that has not looked at all ends at once")
    func neverLooked() {
        var talk = Conversation(run(), pool())
        _ = talk.start()
        let effects = talk.say(.cancel)
        #expect(effects.isEmpty)
        #expect(talk.machine.stage == .ended(.cancelled))
    }

    @Test("A pool that does not answer keeps no run from its end, which says that it could not look")
    func silent() {
        var talk = Conversation(run(), pool(hosts: 3))
        cancelledWhileApplying(&talk)
        var looks = 0
        while talk.machine.stage == .finishing, looks < 20 {
            looks += 1
            let silence = Input.result(talk.last, .unreachable("no answer."), at: talk.moment)
            talk.play(talk.machine.handle(silence), until: isLast)
            talk.time += 10
            talk.play(talk.machine.handle(.tick(at: talk.moment)), until: isLast)
        }
        #expect(looks == 6)
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(deviations(talk).contains { $0.contains("the last look is missing") })
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("A VM that stops while what is owed is given back is named, also in a run that has succeeded")
    func whilePaying() {
        var view = pool(hosts: 3)
        view.haEnabled = true
        var talk = Conversation(run(), view)
        talk.play(talk.start()) { _, action in if case .pay(.haEnabled) = action { true } else { false } }
        stop("web2", in: &talk)
        _ = talk.say(.pause)
        goOn(&talk, .pay(.haEnabled(failures: 0)))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(deviations(talk).contains("VM web2 ran when the run began, and does not run at its end."))
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("What can not be given back is tried no more often for the look after it")
    func triedInVain() {
        var view = pool(hosts: 3)
        view.haEnabled = true
        var talk = Conversation(run(), view)
        let isPayment: (RolloutMachine, Action) -> Bool = { _, action in
            if case .pay(.haEnabled) = action { true } else { false }
        }
        talk.play(talk.start(), until: isPayment)
        var payments = 0
        while !talk.machine.stage.isEnded, payments < 20 {
            payments += 1
            talk.play(talk.machine.handle(.result(talk.last, .failed("no."), at: talk.moment)), until: isPayment)
            talk.time += 10
            talk.play(talk.machine.handle(.tick(at: talk.moment)), until: isPayment)
        }
        #expect(payments == 3)
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.machine.obligations.filter { $0.state == .open }.map(\.debt) == [.haEnabled(failures: 0)])
    }

    @Test("A run that is paused and then cancelled ends, without being resumed")
    func paused() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start(), until: isApplied)
        _ = talk.say(.pause)
        _ = talk.say(.cancel)
        goOn(&talk, .apply(update: "u1", host: "h1"))
        #expect(talk.machine.stage == .ended(.cancelled))
    }

    @Test("A host that has restarted since it was updated is verified before a cancelled run ends")
    func verified() {
        var talk = Conversation(run(), pool(hosts: 3))
        cancelledWhileApplying(&talk)
        #expect(talk.phase("h1") == .done)
        talk.spoiled = ["h1"]
        _ = talk.answer(.restartHost(host: "h1", bootID: ""))
        goOn(&talk, .observe)
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.phase("h1") == .failed)
        #expect(RunReport(talk.machine, journalHead: "").stillExposed == ["xs1", "xs2", "xs3"])
    }

    @Test("Runs of before end as they did, so that their journals are replayed as they were written")
    func earlier() {
        var spec = run()
        #expect(spec.generation == RunSpec.newestGeneration)
        spec.generation = nil
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start(), until: isApplied)
        talk.seen = []
        _ = talk.say(.cancel)
        goOn(&talk, .apply(update: "u1", host: "h1"))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(!talk.seen.contains(.observe))
    }
}
