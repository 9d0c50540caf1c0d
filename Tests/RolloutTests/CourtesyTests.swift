import Rollout
import Testing

@Suite("Other tools at work")
struct CourtesyTests {
    private let evacuation = OthersWork(
        id: "T",
        text: "Host xs2 is in the middle of evacuate (task 'host.evacuate').",
        since: 999_940,
        host: "h2"
    )

    /// Lets some time pass, as long as the machine wants something.
    private func goOn(_ talk: inout Conversation) {
        talk.time += 60
        let effects = talk.machine.handle(.tick(at: talk.moment))
        talk.play(effects)
    }

    @Test("hold the run before its first host, by name and time, and it goes on by itself when they are done")
    func beforeTheFirst() {
        var view = pool()
        view.others = [evacuation]
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(!talk.seen.contains { action in if case .disable = action { true } else { false } })
        let words = talk.machine.waitsFor
        #expect(words.count == 1 && words[0].contains("Host xs2 is in the middle of evacuate"))
        #expect(words.first?.contains("since 1970-01-12T13:45:40Z") == true)
        #expect(talk.machine.hosts.first.flatMap(talk.machine.waiting)?.contains("others") == true)
        goOn(&talk)
        #expect(talk.phase("h1") == .pending)
        talk.view.others = nil
        goOn(&talk)
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(RunReport(talk.machine, journalHead: "").deviations.contains { $0.contains("waits for its end") })
    }

    @Test("A host whose turn comes while they are at work is left alone until they are done")
    func beforeTheNext() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { machine, action in
            action == .inspect(host: "h2") && machine.hosts[1].phase == .checking
        }
        #expect(talk.phase("h1") == .done)
        talk.view.others = [evacuation]
        let outcome = talk.answer(.inspect(host: "h2"))
        let effects = talk.machine.handle(.result(talk.last, outcome, at: talk.moment))
        talk.play(effects)
        goOn(&talk)
        #expect(talk.phase("h2") == .checking && talk.view.host("h2")?.isEnabled == true)
        talk.view.others = nil
        goOn(&talk)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("An operator has the run go on beside them, and beside nobody who comes later")
    func resumed() {
        var view = pool()
        view.others = [evacuation]
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        var later = evacuation
        later.id = "U"
        talk.view.others = [evacuation, later]
        let effects = talk.say(.resume)
        talk.play(effects)
        #expect(talk.machine.waitsFor.count == 1)
        talk.view.others = [evacuation]
        goOn(&talk)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("What the run itself has asked for is nobody else's work")
    func own() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { _, action in if case .restartHost("h1", _) = action { true } else { false } }
        talk.view.others = [OthersWork(id: "T", text: "Host xs1 is in the middle of shutdown.", host: "h1")]
        let outcome = talk.answer(.restartHost(host: "h1", bootID: "h1-1"))
        let effects = talk.machine.handle(.result(talk.last, outcome, at: talk.moment))
        talk.play(effects) { machine, _ in machine.hosts[0].phase == .done }
        #expect(talk.phase("h1") == .done)
        #expect(talk.machine.waitsFor.isEmpty)
    }

    @Test("A cancelled run ends, whatever others are at")
    func cancelled() {
        var view = pool()
        view.others = [evacuation]
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let effects = talk.say(.cancel)
        talk.play(effects)
        #expect(talk.machine.stage == .ended(.cancelled))
    }

    @Test("They are told before the run begins, and refuse nothing: it waits by itself")
    func told() {
        var view = pool()
        view.others = [evacuation]
        let problems = Prechecks.problems(view, run())
        #expect(problems.map(\.check) == [.otherRun] && problems.first?.severity == .warning)
    }
}

@Suite("The pool's own answer")
struct JudgedEvacuationTests {
    /// The problems of a run that holds for its prechecks, or has begun.
    private func problems(
        _ answers: [JudgedVM],
        _ spec: RunSpec = run(),
        change: (inout PoolView) -> Void = { _ in }
    ) -> [Problem] {
        var view = pool()
        view.judgesEvacuations = true
        change(&view)
        var talk = Conversation(spec, view)
        talk.judgements = ["h2": answers]
        talk.play(talk.start()) { machine, _ in machine.stage != .surveying }
        return talk.machine.problems
    }

    private let incompatible = JudgedVM(
        vm: "v2",
        reason: "VM web2 can not run on xs1: its CPU lacks avx.",
        isLasting: true
    )

    @Test("is asked for each host that is to be emptied, and not where the pool has none")
    func asked() {
        var view = pool()
        view.judgesEvacuations = true
        for (view, count) in [(view, 2), (pool(), 0)] {
            var talk = Conversation(run(), view)
            talk.play(talk.start())
            let asked = talk.seen.filter { action in if case .judgeEvacuation = action { true } else { false } }
            #expect(asked.count == count)
            #expect(talk.machine.stage == .ended(.succeeded))
        }
    }

    @Test("is asked only once high availability is off, which would keep every VM where it is")
    func afterAvailability() throws {
        var view = pool()
        (view.judgesEvacuations, view.haEnabled, view.haFailures) = (true, true, 1)
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let off = try #require(talk.seen.firstIndex(of: .fix(.disableHA(failures: 1))))
        let asked = try #require(talk.seen.firstIndex(of: .judgeEvacuation(host: "h1")))
        #expect(off < asked && talk.machine.stage == .ended(.succeeded))
    }

    @Test("is believed where it knows of an obstacle that nobody has seen here, and says which VM and why")
    func believed() {
        let found = problems([incompatible]).filter { $0.check == .evacuation }
        #expect(found.map(\.severity) == [.blocking] && found.first?.vm == "v2")
        #expect(found.first?.text.contains("VM web2 can not leave xs2") == true)
        #expect(found.first?.text.contains("its CPU lacks avx.") == true)
        #expect(found.first?.offers == [.stop(vm: "v2", way: .suspend)])
    }

    @Test("A VM that may be stopped is no obstacle; one that was named before is not named twice")
    func known() {
        var spec = run()
        spec.consents = [Consent(run: "r1", vm: "v2", way: .suspend, givenBy: "ann")]
        #expect(problems([incompatible], spec).allSatisfy { $0.check != .evacuation })
        let tied = problems([incompatible]) { $0.vms[1].tie = .device }
        #expect(tied.count { $0.vm == "v2" && $0.severity == .blocking } == 1)
    }

    @Test("Want of room now is told, and left to the plan, which moves other VMs first")
    func crowded() {
        let answer = JudgedVM(vm: "v2", reason: "it has not enough memory free.", isLasting: false)
        let found = problems([answer]).filter { $0.check == .evacuation }
        #expect(found.map(\.severity) == [.information])
        #expect(found.first?.text.contains("for web2: it has not enough memory free.") == true)
    }

    @Test("A VM that is believed to be tied here and that the pool would move is told as a difference")
    func differs() {
        let found = problems([]) { $0.vms[1].tie = .device }
        #expect(found.contains { $0.severity == .information && $0.text.contains("sees nothing that keeps VM web2") })
    }

    @Test("Where all that reach its storage lack its processor's features, the precheck says so")
    func processors() {
        let found = problems([]) { view in
            view.vms[1].allowedHosts = ["h2"]
            view.vms[1].incompatibleHosts = ["xs1"]
        }
        #expect(found.contains { $0.text.contains("The processors of xs1 lack features that it was started with.") })
    }
}
