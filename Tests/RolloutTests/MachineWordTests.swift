import Rollout
import Testing

@Suite("What operators say")
struct MachineWordTests {
    @Test("Cancelled before anything is applied, a host goes back into service unchanged")
    func cancel() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { machine, action in
            action == .precheck(update: "u1", host: "h1") && machine.stage == .rolling
        }
        #expect(talk.machine.cancelPreview.contains("xs1 will go back into service unchanged"))
        let effects = talk.say(.cancel)
        #expect(effects.isEmpty)
        let precheck = OperationID(run: "r1", number: talk.seen.count)
        talk.play(talk.machine.handle(.result(precheck, .done, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.view.hosts.allSatisfy { $0.isEnabled })
        #expect(!talk.seen.contains { if case .apply = $0 { true } else { false } })
    }

    @Test("Stopped after this host, the run finishes it and begins no other")
    func stopAfterHost() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        _ = talk.say(.stopAfterHost)
        let apply = OperationID(run: "r1", number: talk.seen.count)
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(apply, outcome, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.stopped))
        #expect(talk.machine.hosts.map(\.isNew) == [true, false, false])
        #expect(talk.view.hosts.allSatisfy { $0.isEnabled })
    }

    @Test("Each host waits for its approval where that is asked for")
    func approval() {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.waitsFor == ["xs1 waits for an approval."])
        talk.play(talk.say(.approve(host: "h1")))
        #expect(talk.machine.waitsFor == ["xs2 waits for an approval."])
        talk.play(talk.say(.approve(host: "h2")))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("A taken offer removes its problem, and the run goes on")
    func offers() throws {
        var view = pool(hosts: 3)
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let offer = try #require(talk.machine.problems.flatMap(\.offers).first)
        #expect(offer == .stop(vm: "v2", way: .suspend))
        talk.play(talk.say(Offer.leaveOut(host: "h2").word(run: "r1", by: "ann")))
        #expect(talk.machine.stage == .ended(.partly))
        #expect(talk.machine.hosts.map(\.isNew).filter { $0 }.count == 2)
    }

    @Test("What a word leads to is said before, with the hosts' names")
    func consequences() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        let cancel = talk.machine.consequence(of: .cancel)
        #expect(cancel.contains("xs1 will be finished first."))
        #expect(cancel.contains("xs2, xs3 without the update"))
        #expect(cancel.contains("host xs1 enabled"))
        #expect(talk.machine.consequence(of: .pause).hasPrefix("xs1 will be carried on until back."))
        #expect(talk.machine.consequence(of: .skip(host: "h2")).contains("xs2 stays without the update"))
    }

    @Test("A word that means nothing now is refused, with the reason")
    func refusals() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        let machine = talk.machine
        #expect(machine.refusal(of: .skip(host: "h1")) == "xs1 can not be skipped any more: it is being updated.")
        #expect(machine.refusal(of: .retry(host: "h1")) == "xs1 has not failed.")
        #expect(machine.refusal(of: .approve(host: "h1")) == "xs1 has begun already.")
        #expect(machine.refusal(of: .skip(host: "h9")) == "The run has no host h9: see which it has.")
        #expect(machine.refusal(of: .proceed) == "The run does not wait at a barrier.")
        #expect(machine.refusal(of: .pay(obligation: 9)) == "The run has no obligation 9: see which it has.")
        let stranger = Consent(run: "r1", vm: "v9", way: .suspend, givenBy: "ann")
        #expect(machine.refusal(of: .consent(stranger)) == "The pool has no VM v9.")
    }

    @Test("A word that is not refused is heard; after the end only debts are still spoken of")
    func heard() throws {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        for word in [OperatorWord.pause, .resume, .stopAfterHost, .cancel, .skip(host: "h2"), .approve(host: "h2")] {
            #expect(talk.machine.refusal(of: word) == nil)
            var heard = talk.machine
            let before = heard.events.count
            _ = heard.handle(.word(word, by: "ann", at: talk.moment))
            #expect(heard.events.count > before, "\(word)")
        }
        var ended = Conversation(run(), pool())
        ended.play(ended.start())
        #expect(ended.machine.refusal(of: .pause) == "The run has ended: nothing more can be said to it.")
        let debt = try #require(ended.machine.obligations.first)
        #expect(ended.machine.refusal(of: .pay(obligation: debt.id)) == "Obligation \(debt.id) is not open any more.")
    }

    @Test("A host that is tried again does not go down beside one with which the plan does not have it down")
    func retriedBesideAnother() {
        var spec = run()
        spec.policy.maxParallel = 1
        spec.policy.maxFailedHosts = 1
        var talk = Conversation(spec, pool(hosts: 3))
        let restarts = { (host: String) in
            { (_: RolloutMachine, action: Action) in
                if case .restartHost(host, _) = action { true } else { false }
            }
        }
        var effects = talk.start()
        for _ in 1...3 {
            talk.play(effects, until: restarts("h2"))
            effects = talk.machine.handle(.result(talk.last, .failed("the host is busy."), at: talk.moment))
            talk.time += 10
            effects += talk.machine.handle(.tick(at: talk.moment))
        }
        #expect(talk.machine.hosts.first { $0.id == "h2" }?.phase == .failed)
        talk.play(effects, until: restarts("h3"))
        let third = talk.last
        let words = talk.say(.retry(host: "h2"))
        #expect(!words.contains { restarts("h2")(talk.machine, $0.action) })
        #expect(talk.machine.hosts.first { $0.id == "h2" }?.phase == .restarting)
        let answer = talk.answer(.restartHost(host: "h3", bootID: "h3-1"))
        talk.play(words + talk.machine.handle(.result(third, answer, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("Cancelled among the prechecks, the run asks no more of them")
    func cancelledSurvey() {
        var talk = Conversation(run(), pool(hosts: 16))
        talk.play(talk.start()) { _, action in if case .precheck = action { true } else { false } }
        let (first, asked) = (talk.last, talk.seen.count)
        let words = talk.say(.cancel)
        #expect(words.isEmpty)
        for number in first.number..<(first.number + 8) {
            let effects = talk.machine.handle(
                .result(OperationID(run: "r1", number: number), .done, at: talk.moment)
            )
            let isLast = number == first.number + 7
            #expect(effects.map(\.action) == (isLast ? [.observe] : []))
            talk.play(effects)
        }
        #expect(talk.seen.count == asked + 1)
        #expect(talk.machine.stage == .ended(.cancelled))
    }

    @Test("Where each host is to be approved, nothing is applied before, also where all are applied first")
    func approvedBeforeTheBarrier() {
        var spec = run()
        spec.policy.approveEachHost = true
        spec.policy.hasBarrier = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.waitsFor == ["xs1 waits for an approval.", "xs2 waits for an approval."])
        #expect(!talk.seen.contains { if case .apply = $0 { true } else { false } })
        talk.play(talk.say(.approve(host: "h1")))
        #expect(talk.machine.hosts.map(\.phase) == [.applied, .pending])
        talk.play(talk.say(.approve(host: "h2")))
        talk.play(talk.say(.proceed))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("Paused before its last look, a run does not end until it is resumed")
    func pausedAtTheEnd() {
        var talk = Conversation(run(), pool())
        var looks = 0
        talk.play(talk.start()) { machine, action in
            looks += action == .observe && machine.stage == .finishing ? 1 : 0
            return looks > 0
        }
        let look = talk.last
        _ = talk.say(.pause)
        _ = talk.machine.handle(.result(look, .unreachable("no answer."), at: talk.moment))
        talk.time += 3600
        #expect(talk.machine.handle(.tick(at: talk.moment)).isEmpty)
        #expect(talk.machine.stage == .finishing)
        #expect(talk.machine.waitsFor == ["ann has paused the run."])
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("What is needed as it is can not be given back before the end, and the refusal says so")
    func earlyPayment() throws {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { _, action in if case .apply = action { true } else { false } }
        let debt = try #require(talk.machine.obligations.first)
        #expect(
            talk.machine.refusal(of: .pay(obligation: debt.id))?.contains("it is given back when the run ends.") == true
        )
    }
}
