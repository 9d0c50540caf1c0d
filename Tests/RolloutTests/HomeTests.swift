import Rollout
import Testing

@Suite("VMs go back to where they were")
struct HomeTests {
    private func spec() -> RunSpec {
        var spec = run()
        spec.policy.goesHome = true
        return spec
    }

    private func homes(_ view: PoolView) -> [String?] { view.vms.map(\.host) }

    @Test("They are back at the end, and nothing is owed", arguments: [2, 3, 5])
    func home(hosts: Int) {
        var talk = Conversation(spec(), pool(hosts: hosts))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(homes(talk.view) == homes(pool(hosts: hosts)))
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("A plan that stops fitting once the hosts are done is made anew, and the promise kept")
    func stale() {
        var view = pool(hosts: 3)
        view.vms[2].tie = .device
        var spec = spec()
        spec.consents = [Consent(run: "r1", vm: "v3", way: .suspend, givenBy: "ann")]
        var talk = Conversation(spec, view)
        var isShaken = false
        talk.play(talk.start()) { machine, action in
            // Somebody starts a VM just when the last host is back.
            guard !isShaken, machine.hosts.allSatisfy(\.phase.isSettled), case .observe = action else { return false }
            isShaken = true
            return true
        }
        #expect(isShaken)
        talk.view.vms.append(VMView(id: "v9", name: "guest", host: "h1", memory: 512))
        let outcome = talk.answer(.observe)
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(homes(talk.view).prefix(3) == homes(pool(hosts: 3)).prefix(3))
    }

    @Test("What can not go home is named with the reason: in the log, among what is owed, and among the deviations")
    func noRoom() {
        var talk = Conversation(spec(), pool(hosts: 2))
        talk.play(talk.start()) { machine, action in
            if case .move(_, _, "h2") = action { return machine.hosts.allSatisfy(\.phase.isSettled) }
            return false
        }
        // Somebody fills the host while its VM is away.
        talk.view.vms.append(VMView(id: "v9", name: "large", host: "h2", memory: 8000))
        let silence = Outcome.unreachable("nothing was heard.")
        talk.play(talk.machine.handle(.result(talk.last, silence, at: talk.moment)))
        #expect(talk.machine.stage == .ended(.succeeded))
        let open = talk.machine.obligations.filter { $0.state == .open }
        #expect(open.map(\.debt) == [.vmHome(vm: "v2", host: "h2")])
        #expect(open.first?.reason == "xs2 has 192 MiB free where 2048 are needed.")
        let report = RunReport(talk.machine, journalHead: "")
        #expect(
            report.deviations.contains(
                "Not given back: VM web2 back on xs2. xs2 has 192 MiB free where 2048 are needed."
            )
        )
        #expect(report.text.contains("Still owed: VM web2 back on xs2."))
    }

    @Test("A VM that somebody moves meanwhile is not moved home over his head")
    func moved() throws {
        var talk = Conversation(spec(), pool(hosts: 3))
        talk.play(talk.start()) { machine, action in
            guard case .observe = action, machine.stage == .rolling else { return false }
            return machine.obligations.contains { obligation in
                if case .vmHome = obligation.debt { return obligation.state == .open }
                return false
            }
        }
        let away = talk.machine.obligations.compactMap { obligation -> (vm: String, home: String)? in
            guard obligation.state == .open, case .vmHome(let vm, let home) = obligation.debt else { return nil }
            return (vm, home)
        }
        let (vm, home) = try #require(away.first)
        let index = try #require(talk.view.vms.firstIndex { $0.id == vm })
        let now = talk.view.vms[index].host
        let other = try #require(["h1", "h2", "h3"].first { $0 != home && $0 != now })
        talk.view.vms[index].host = other
        let outcome = talk.answer(.observe)
        talk.play(talk.machine.handle(.result(talk.last, outcome, at: talk.moment)))
        #expect(talk.view.vms[index].host == other)
        #expect(RunReport(talk.machine, journalHead: "").deviations.contains { $0.contains("not by this run") })
    }

    @Test("A VM whose disc is seen by its host only goes back to it, so that the disc can be put in again")
    func disc() {
        var view = pool(hosts: 3)
        view.vms[1].localISO = "tools.iso"
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.view.vms[1].host == "h2")
        let paid = talk.seen.lastIndex(of: .pay(.isoInserted(vm: "v2", iso: "tools.iso")))
        let moved = talk.seen.lastIndex { if case .move("v2", _, "h2") = $0 { true } else { false } }
        #expect((moved ?? .max) < (paid ?? 0))
    }

    @Test("Home moves are no wave, and are told in words")
    func waves() {
        var talk = Conversation(spec(), pool(hosts: 3))
        talk.play(talk.start()) { machine, _ in
            if let wave = machine.wave, let waves = machine.waves { #expect(wave < waves.count) }
            return false
        }
        #expect(!talk.machine.events.contains { $0.text.contains("0 wave") })
    }
}
