import Rollout
import Testing

@Suite("What is begun once more")
struct MachineAgainTests {
    private func isCheck(_ action: Action) -> Bool { if case .check = action { true } else { false } }
    private func isPlan(_ action: Action) -> Bool { if case .plan = action { true } else { false } }

    @Test("A plan that is made anew waits for the gates, as the next wave does")
    func gatesBeforeANewPlan() throws {
        var spec = run()
        spec.policy.gates = [Gate(name: "shop", kind: .http(url: "https://shop.example/"))]
        spec.policy.maxParallel = 1
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start()) { _, action in action == .disable(host: "h2") }
        let disabling = talk.last
        talk.seen = []
        let words = talk.say(.skip(host: "h3"))
        talk.play(words + talk.machine.handle(.result(disabling, talk.answer(.disable(host: "h2")), at: talk.moment)))
        let asked = try #require(talk.seen.firstIndex(where: isCheck))
        let planned = try #require(talk.seen.firstIndex(where: isPlan))
        #expect(asked < planned)
        #expect(talk.phase("h2") == .done)
    }

    @Test("A package that may be half applied is checked again after a restart of the controller, before it is applied")
    func lostApply() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { _, action in action == .apply(update: "u1", host: "h1") }
        let apply = talk.last
        let questions = talk.machine.handle(.restarted(at: talk.moment))
        #expect(questions.contains { $0.id == apply && $0.isQuestion })
        let effects = talk.machine.handle(.result(apply, .lost, at: talk.moment))
        #expect(effects.map(\.action) == [.precheck(update: "u1", host: "h1")])
        talk.play(effects)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("A move that was lost with its controller does not begin again while the run is paused")
    func lostMove() {
        var talk = Conversation(run(), pool())
        talk.play(talk.start()) { _, action in if case .move = action { true } else { false } }
        let move = talk.last
        _ = talk.say(.pause)
        _ = talk.machine.handle(.restarted(at: talk.moment))
        let effects = talk.machine.handle(.result(move, .lost, at: talk.moment))
        #expect(!effects.contains { if case .move = $0.action { true } else { false } })
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("A guest's shutdown that was lost with its controller is done once more")
    func lostGuest() {
        var spec = run([update(1, [.restartPV])])
        spec.consents = [Consent(run: "r1", vm: "v1", way: .shutdown, givenBy: "ann")]
        var talk = Conversation(spec, pool())
        talk.play(talk.start()) { _, action in if case .stop = action { true } else { false } }
        let stop = talk.last
        _ = talk.machine.handle(.restarted(at: talk.moment))
        let effects = talk.machine.handle(.result(stop, .lost, at: talk.moment))
        #expect(effects.contains { if case .stop = $0.action { true } else { false } })
    }

    @Test("No VM is sent from an updated host to an older one, whatever a plan says")
    func older() throws {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { machine, action in action == .observe && machine.hosts.first?.phase == .done }
        talk.view.vms.append(VMView(id: "v9", name: "web9", host: "h1", memory: 1024))
        talk.play(talk.machine.handle(.result(talk.last, talk.answer(.observe), at: talk.moment))) { _, action in
            isPlan(action)
        }
        var plan = try #require(talk.machine.plan)
        var step = try #require(plan.steps.first)
        step.work = .move(vm: "v9", from: "h1", to: "h3")
        step.after = []
        plan.steps = [step]
        let effects = talk.machine.handle(.result(talk.last, .plan(.new(plan)), at: talk.moment))
        #expect(!effects.contains { if case .move("v9", _, _) = $0.action { true } else { false } })
        talk.play(effects)
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("Once the run is to stop after its hosts, no other host of the wave begins, approved or not")
    func stoppedInsideAWave() {
        var spec = run()
        spec.policy.approveEachHost = true
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        talk.play(talk.say(.approve(host: "h1")))
        talk.play(talk.say(.approve(host: "h2"))) { _, action in action == .disable(host: "h2") }
        _ = talk.say(.stopAfterHost)
        let effects = talk.say(.approve(host: "h3"))
        #expect(!effects.contains { $0.action == .inspect(host: "h3") })
        #expect(talk.phase("h3") == .pending)
    }

    @Test("The master is whoever is the pool's master by the last look")
    func anotherMaster() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start()) { machine, action in action == .observe && machine.hosts.first?.phase == .done }
        talk.view.hosts[0].isMaster = false
        talk.view.hosts[1].isMaster = true
        talk.play(talk.machine.handle(.result(talk.last, talk.answer(.observe), at: talk.moment)))
        #expect(talk.machine.hosts.filter(\.isMaster).map(\.id) == ["h2"])
        #expect(talk.machine.stage == .ended(.succeeded))
    }
}
