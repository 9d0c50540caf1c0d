import Rollout
import Testing

@Suite("What becomes of a host that fails")
struct MachineFailureTests {
    private func spec(_ change: (inout RunPolicy) -> Void = { _ in }) -> RunSpec {
        var spec = run()
        spec.policy.maxFailedHosts = 3
        change(&spec.policy)
        return spec
    }

    @Test("A host that comes back without what was promised is taken out of service again, and that is owed")
    func outOfService() throws {
        var talk = Conversation(spec(), pool(hosts: 3))
        talk.spoiled = ["h2"]
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.partly))
        #expect(talk.seen.count { $0 == .disable(host: "h2") } == 2)
        #expect(talk.view.host("h2")?.isEnabled == false)
        let open = talk.machine.obligations.filter { $0.state == .open }
        #expect(open.map(\.debt) == [.hostEnabled(host: "h2")])
        #expect(open.first?.reason?.contains("stays out of service until somebody has looked at it") == true)
        #expect(talk.phase("h3") == .done)
    }

    @Test("Storage that is lost again and again fails the host, instead of being plugged for ever")
    func flapping() {
        var talk = Conversation(spec { $0.maxFailedHosts = 0 }, pool(hosts: 3))
        talk.flapping = ["h2"]
        talk.play(talk.start())
        #expect(talk.phase("h2") == .failed)
        #expect(talk.machine.waitsFor.first?.contains("xs2 boots or loses its storage again and again") == true)
        talk.flapping = []
        talk.play(talk.say(.retry(host: "h2")))
        #expect(talk.machine.stage == .ended(.succeeded))
    }

    @Test("A canary that fails holds the run, however many hosts may fail")
    func canary() {
        var talk = Conversation(spec { $0.canary = .init(host: "h2", soak: 60) }, pool(hosts: 3))
        talk.spoiled = ["h2"]
        talk.play(talk.start())
        #expect(talk.phase("h2") == .failed)
        #expect(talk.phase("h3") == .pending)
        #expect(talk.machine.holds.map(\.subject) == [.host("h2")])
    }

    @Test("A canary that can not be watched is refused", arguments: [true, false])
    func blindCanary(isExcluded: Bool) {
        var view = pool(hosts: 3)
        var spec = spec { $0.canary = .init(host: "h2", soak: 60) }
        if isExcluded { spec.excluded = ["h2"] } else { view.hosts[1].applied = ["u1"] }
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.refused))
        #expect(talk.machine.problems.contains { $0.text.contains("The canary xs2") })
    }

    @Test(
        "A deadline or a last window that has passed is refused before anything is changed",
        arguments: [true, false]
    )
    func past(isDeadline: Bool) {
        let spec = spec { policy in
            if isDeadline {
                policy.finishBy = 999_999
            } else {
                policy.windows = [.init(start: 900_000, end: 950_000)]
            }
        }
        var talk = Conversation(spec, pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.refused))
        #expect(talk.seen == [.observe])
    }
}
