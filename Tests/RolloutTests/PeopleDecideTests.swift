import Rollout
import Testing

@Suite("What a person has decided stands")
struct PeopleDecideTests {
    private func maintenance(hosts: Int = 3) -> PoolView {
        var view = pool(hosts: hosts)
        view.hosts[hosts - 1].isEnabled = false
        view.vms.removeAll { $0.host == "h\(hosts)" }
        return view
    }

    private func moves(_ talk: Conversation, to host: String) -> Int {
        talk.seen.count { if case .move(_, _, host) = $0 { true } else { false } }
    }

    @Test("Fix All does not touch a host in maintenance mode; a word about the host does")
    func noRoutine() {
        let blocked = Prechecks.problems(maintenance(), run()).filter(run().isBlocked)
        #expect(blocked.map(\.fix) == [.keepDisabled(host: "h3")])
        #expect(blocked.first?.offers == [.leaveOut(host: "h3")])
        var talk = Conversation(run(), maintenance())
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        talk.play(talk.say(.fixAll))
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        #expect(talk.view.host("h3")?.isEnabled == false)
        talk.play(talk.say(.approve(host: "h3")))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test(
        "A host in maintenance mode is updated as it is: nothing is placed on it, it stays disabled, and that is owed"
    )
    func maintained() {
        var spec = run()
        spec.maintained = ["h3"]
        var talk = Conversation(spec, maintenance())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.phase("h3") == .done)
        #expect(talk.view.host("h3")?.isEnabled == false)
        #expect(!talk.seen.contains(.pay(.hostEnabled(host: "h3"))))
        #expect(talk.seen.contains(.pay(.hostDisabled(host: "h3"))))
        #expect(moves(talk, to: "h3") == 0)
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
        #expect(RunReport(talk.machine, journalHead: "").debts.contains("host xs3 disabled, as it was"))
    }

    @Test("The master, too, is updated in maintenance mode, and the others after it")
    func maintainedMaster() {
        var view = pool(hosts: 3)
        view.hosts[0].isEnabled = false
        var spec = run()
        spec.maintained = ["h1"]
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.view.host("h1")?.isEnabled == false)
        #expect(moves(talk, to: "h1") == 0)
    }

    @Test("VMs that still run on a host in maintenance mode are moved off it, and none comes back")
    func maintainedWithGuests() {
        var view = pool(hosts: 3)
        view.hosts[2].isEnabled = false
        var spec = run()
        spec.maintained = ["h3"]
        spec.policy.goesHome = true
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.view.residents("h3").isEmpty)
        #expect(moves(talk, to: "h3") == 0)
        #expect(talk.view.host("h3")?.isEnabled == false)
        let gone = talk.machine.obligations.first { $0.debt == .vmHome(vm: "v3", host: "h3") }
        #expect(gone?.state == .void)
        #expect(gone?.reason == "xs3 is in maintenance mode: its VMs leave it for good.")
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid || $0 == gone })
    }

    @Test("A host in maintenance mode that is cancelled before its turn is as it was")
    func maintainedAndCancelled() {
        var spec = run()
        spec.maintained = ["h3"]
        var talk = Conversation(spec, maintenance())
        talk.play(talk.start()) { _, action in if case .apply = action { true } else { false } }
        let apply = talk.last
        _ = talk.say(.cancel)
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(apply, outcome, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.cancelled))
        #expect(talk.view.host("h3")?.isEnabled == false)
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("A host that somebody takes out of maintenance mode before its turn is updated like all others")
    func takenOut() {
        var spec = run()
        spec.maintained = ["h3"]
        var talk = Conversation(spec, maintenance())
        talk.play(talk.start()) { _, action in if case .apply(_, "h1") = action { true } else { false } }
        talk.view.hosts[2].isEnabled = true
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.view.host("h3")?.isEnabled == true)
        let dropped = talk.machine.obligations.first { $0.debt == .hostDisabled(host: "h3") }
        #expect(dropped?.state == .void)
    }

    @Test("A host that is disabled while the run goes on is named for what it is, and VMs are not to blame")
    func disabledMeanwhile() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in if case .apply(_, "h1") = action { true } else { false } }
        talk.view.hosts[2].isEnabled = false
        talk.view.vms.removeAll { $0.host == "h3" }
        let outcome = talk.answer(.apply(update: "u1", host: "h1"))
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        let reason = talk.machine.waitsFor.first ?? ""
        #expect(reason.contains("xs3 was disabled while the run goes on: enable it (xe host-enable)"), "\(reason)")
        #expect(!reason.contains("stopped"))
        talk.view.hosts[2].isEnabled = true
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("The master is not left out without a word, neither before the run nor in it")
    func master() {
        var spec = run()
        spec.excluded = ["h1"]
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.refused))
        #expect(talk.machine.problems.contains { $0.text.contains("allow_older_master") })
        #expect(talk.seen == [.observe])
        spec.policy.allowsOlderMaster = true
        talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.machine.hosts.map(\.isNew) == [false, true, true])
    }

    @Test("While the master lacks the update no member is begun, however many hosts may fail")
    func masterFails() {
        var spec = run()
        spec.policy.maxFailedHosts = 2
        var talk = Conversation(spec, pool(hosts: 3))
        talk.spoiled = ["h1"]
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.host("h1")])
        #expect(talk.machine.refusal(of: .skip(host: "h1"))?.contains("no member may be newer than it") == true)
        talk.play(talk.say(.skip(host: "h1")) + talk.say(.resume))
        #expect(talk.machine.hosts.map(\.phase) == [.failed, .pending, .pending])
        talk.spoiled = []
        talk.play(talk.say(.retry(host: "h1")))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("What somebody else has decided about a stopped VM is left so, and the report says so")
    func overtaken() {
        var view = pool()
        view.vms[1].tie = .device
        var spec = run()
        spec.consents = [Consent(run: "r1", vm: "v2", way: .suspend, givenBy: "ann")]
        var talk = Conversation(spec, view)
        talk.play(talk.start()) { _, action in if case .pay(.vmRunning) = action { true } else { false } }
        talk.view.vms[1].power = .halted
        talk.view.vms[1].host = nil
        let text = "web2 was suspended by this run and is halted now: somebody has decided so."
        talk.play(talk.machine.handle(.result(talk.last, .overtaken(text), at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
        let debt = talk.machine.obligations.first { if case .vmRunning = $0.debt { true } else { false } }
        #expect(debt?.state == .void)
        let report = RunReport(talk.machine, journalHead: "")
        #expect(report.deviations.contains { $0.contains(text) })
        #expect(report.deviations.contains("VM web2 ran when the run began, and does not run at its end."))
    }

    @Test("A VM that its owner stopped before the run did is not started by it")
    func stoppedBefore() {
        var view = pool()
        view.vms[1].tie = .device
        var spec = run()
        spec.consents = [Consent(run: "r1", vm: "v2", way: .suspend, givenBy: "ann")]
        var talk = Conversation(spec, view)
        talk.play(talk.start()) { _, action in if case .stop = action { true } else { false } }
        talk.view.vms[1].power = .halted
        talk.view.vms[1].host = nil
        let text = "VM web2 is halted: somebody has stopped it."
        talk.play(talk.machine.handle(.result(talk.last, .overtaken(text), at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(!talk.seen.contains { if case .pay(.vmRunning) = $0 { true } else { false } })
    }

    @Test("A VM that runs in another place than before is given back, and the place is named")
    func elsewhere() {
        var view = pool()
        view.vms[1].tie = .device
        var spec = run()
        spec.consents = [Consent(run: "r1", vm: "v2", way: .suspend, givenBy: "ann")]
        var talk = Conversation(spec, view)
        talk.play(talk.start()) { _, action in if case .pay(.vmRunning) = action { true } else { false } }
        let text = "web2 runs on xs1, as xs2 is out of service."
        talk.play(talk.machine.handle(.result(talk.last, .paidOtherwise(text), at: talk.moment)))
        let debt = talk.machine.obligations.first { if case .vmRunning = $0.debt { true } else { false } }
        #expect(debt?.state == .paid)
        #expect(debt?.reason == text)
        #expect(RunReport(talk.machine, journalHead: "").deviations.contains { $0.contains(text) })
    }

    @Test("A skipped host is emptied no further, also where the rest of the plan would still fit")
    func skipped() {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool(hosts: 4))
        talk.play(talk.start())
        talk.play(talk.say(.approve(host: "h1")))
        for host in ["h2", "h3"] where talk.machine.awaitedApprovals.contains(where: { $0.id == host }) {
            talk.play(talk.say(.approve(host: host)))
        }
        talk.seen = []
        talk.play(talk.say(.skip(host: "h4")))
        for host in ["h2", "h3"] where talk.phase(host) == .pending { talk.play(talk.say(.approve(host: host))) }
        #expect(!talk.seen.contains { if case .move(_, "h4", _) = $0 { true } else { false } })
        #expect(talk.phase("h4") == .skipped)
        #expect(talk.machine.stage == .ended(.partly))
    }

    @Test("No VM moves before the first host is approved")
    func approvedFirst() {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool(hosts: 4))
        talk.play(talk.start())
        #expect(!talk.seen.contains { if case .move = $0 { true } else { false } })
    }

    @Test("A host says what it waits for", arguments: [true, false])
    func waits(isApproved: Bool) {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        if isApproved { talk.play(talk.say(.approve(host: "h3"))) }
        let waiting = talk.machine.hosts.map { talk.machine.waiting(of: $0) ?? "" }
        #expect(waiting[0] == "waits for an approval")
        #expect(waiting[2].contains("its turn comes after xs") || waiting[2] == "waits for an approval", "\(waiting)")
        #expect(waiting[2].hasPrefix("approved; ") == isApproved)
    }

    @Test("A consent that nobody could act upon is refused, before the run and in it")
    func consents() {
        var view = pool()
        view.vms[1].tie = .device
        view.vms[1].suspendObstacle = "its owner has forbidden it"
        #expect(Prechecks.problems(view, run()).flatMap(\.offers) == [.stop(vm: "v2", way: .shutdown)])
        var spec = run()
        spec.consents = [Consent(run: "r1", vm: "v2", way: .suspend, givenBy: "ann")]
        let found = Prechecks.problems(view, spec).filter(spec.isBlocked)
        #expect(
            found.map(\.text) == [
                "VM web2 on xs2 can not be suspended: its owner has forbidden it. Allow it to be shut down instead."
            ]
        )
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let word = OperatorWord.consent(spec.consents[0])
        #expect(talk.machine.refusal(of: word) == "VM web2 can not be suspended: its owner has forbidden it.")
        talk.play(talk.say(word))
        #expect(talk.machine.consents.isEmpty)
    }
}
