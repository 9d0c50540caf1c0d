import Rollout
import Testing

@Suite("What keeps a run from going on")
struct MachineRefusalTests {
    @Test("A VM that can not move holds the run until somebody allows it to be stopped")
    func consent() {
        var view = pool()
        view.vms[1].tie = .device
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        #expect(talk.machine.waitsFor.first?.contains("VM web2 can not leave xs2") == true)
        // The planner finds the same, and has nothing to add.
        #expect(talk.machine.problems.map(\.check) == [.tiedVMs])
        #expect(!talk.seen.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("A consent for another run stops nothing")
    func foreignConsent() {
        var spec = run()
        spec.consents = [Consent(run: "another", vm: "v2", way: .suspend, givenBy: "bob")]
        var view = pool()
        view.vms[1].tie = .device
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.consents.isEmpty)
        #expect(!talk.seen.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("Nothing begins that would not be back before the deadline, which has come nearer meanwhile")
    func deadline() {
        var spec = run()
        spec.policy.finishBy = 1_000_000 + 1000
        var talk = Conversation(spec, pool())
        talk.play(talk.start()) { _, action in if case .plan = action { true } else { false } }
        let plan = talk.answer(talk.seen[talk.seen.count - 1])
        talk.time += 600
        talk.play(talk.machine.handle(.result(talk.last, plan, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.stopped))
        #expect(!talk.seen.contains { if case .disable = $0 { true } else { false } })
    }

    @Test("A red gate holds the run and says why; green lets it go on")
    func gate() {
        var spec = run()
        spec.policy.gates = [Gate(name: "shop", kind: .http(url: "https://shop.example/"))]
        var talk = Conversation(spec, pool())
        talk.play(talk.start()) { _, action in if case .check = action { true } else { false } }
        let check = OperationID(run: "r1", number: talk.seen.count)
        _ = talk.machine.handle(.result(check, .failed("status 503."), at: talk.moment))
        #expect(talk.machine.waitsFor == ["Health gate shop is red: status 503. Resume checks it again."])
        talk.play(talk.say(.resume))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("An update that every host has is a run that says so and ends")
    func nothingToDo() {
        var view = pool()
        for index in view.hosts.indices { view.hosts[index].applied = ["u1"] }
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.nothingToDo))
        #expect(talk.seen == [.observe])
    }

    @Test("An empty pool, an unknown host and a run without updates are refused")
    func refused() {
        var unknown = run()
        unknown.excluded = ["h99"]
        for (spec, view) in [(run(), PoolView()), (unknown, pool()), (run([]), pool())] {
            var talk = Conversation(spec, view)
            talk.play(talk.start())
            #expect(talk.machine.stage == .ended(.refused))
            #expect(talk.machine.problems.contains { $0.check == .specification })
        }
    }

    @Test(
        "Before anything is changed every package, script and the planner is asked, and all problems are told at once"
    )
    func inquiry() {
        var spec = run()
        spec.policy.scripts = [Gate(name: "backup", kind: .command(path: "/bin/false", arguments: []))]
        var talk = Conversation(spec, pool())
        talk.view.haEnabled = true
        var queue = talk.start()
        var asked: [Action] = []
        while !queue.isEmpty {
            let effect = queue.removeFirst()
            asked.append(effect.action)
            let outcome: Outcome =
                switch effect.action {
                case .precheck(_, "h2"): .failed("WRONG_SERVER_VERSION.")
                case .check: .checked(isWell: false, output: "no backup since Friday")
                default: talk.answer(effect.action)
                }
            queue += talk.machine.handle(.result(effect.id, outcome, at: talk.moment))
        }
        #expect(talk.machine.problems.map(\.check) == [.highAvailability, .package, .script])
        #expect(talk.machine.problems.last?.text.contains("no backup since Friday") == true)
        #expect(talk.machine.problems[1].offers == [.leaveOut(host: "h2")])
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        // Nothing is switched off for a run that can not begin.
        #expect(!asked.contains { if case .fix = $0 { true } else { false } })
    }
}
