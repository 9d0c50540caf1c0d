import Foundation
import Rollout
import Testing

@Suite("The machine")
struct MachineTests {
    @Test("A plain run updates the master first, and every host is observed to be new")
    func plain() {
        var talk = Conversation(run(), pool(hosts: 3))
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.machine.hosts.allSatisfy { $0.isNew && $0.phase == .done })
        let restarted = talk.seen.compactMap { if case .restartHost(let host, _) = $0 { host } else { nil } }
        #expect(restarted.first == "h1")
        #expect(restarted.count == 3)
    }

    @Test("A host is disabled before it is emptied, and emptied before anything is applied")
    func order() throws {
        var talk = Conversation(run(), pool())
        talk.play(talk.start())
        let disabled = try #require(talk.seen.firstIndex(of: .disable(host: "h1")))
        let moved = try #require(talk.seen.firstIndex { if case .move(_, "h1", _) = $0 { true } else { false } })
        let applied = try #require(talk.seen.firstIndex(of: .apply(update: "u1", host: "h1")))
        #expect(disabled < moved)
        #expect(moved < applied)
    }

    @Test("Several updates share one restart, and the strongest guidance absorbs the weaker")
    func oneRestart() {
        var talk = Conversation(run([update(1, [.restartXAPI]), update(2, [.restartHost])]), pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.count { if case .restartHost = $0 { true } else { false } } == 2)
        #expect(!talk.seen.contains { if case .restartAgent = $0 { true } else { false } })
        #expect(Restart(for: [update(1, [.restartXAPI]), update(2, [])]) == .agent)
        #expect(Restart(for: [update(1, [.restartHVM])]) == .none)
    }

    @Test("What is switched off is owed before it is switched off, and given back at the end")
    func obligations() {
        var view = pool()
        view.haEnabled = true
        view.haFailures = 1
        var talk = Conversation(run(), view)
        talk.play(talk.start()) { machine, action in
            if case .fix(.disableHA) = action {
                #expect(machine.obligations.contains { $0.debt == .haEnabled(failures: 1) && $0.state == .open })
                return false
            }
            if case .disable(let host) = action {
                #expect(machine.obligations.contains { $0.debt == .hostEnabled(host: host) && $0.state == .open })
            }
            return false
        }
        #expect(talk.seen.suffix(2) == [.pay(.haEnabled(failures: 1)), .observe])
        #expect(talk.machine.obligations.allSatisfy { $0.state == .paid })
    }

    @Test("Only what was agreed to is fixed, and a blocking problem without agreement holds the run before any fix")
    func singleFixes() {
        var view = pool()
        view.haEnabled = true
        view.haFailures = 1
        view.vms[0].startsWithHost = true
        var spec = run()
        spec.fixes = [.disableHA(failures: 1)]
        var talk = Conversation(spec, view)
        talk.play(talk.start())
        let made = talk.seen.compactMap { action -> Fix? in if case .fix(let fix) = action { fix } else { nil } }
        #expect(made == [.disableHA(failures: 1)])
        #expect(talk.machine.stage == .ended(.succeeded))

        view.wlbEnabled = true
        talk = Conversation(spec, view)
        talk.play(talk.start())
        #expect(talk.machine.holds.map(\.subject) == [.prechecks])
        #expect(!talk.seen.contains { if case .fix = $0 { true } else { false } })
        #expect(talk.machine.obligations.isEmpty)
    }

    @Test("A host that has restarted by itself behind the barrier is verified, and takes VMs as an updated one")
    func restartedBehindTheBarrier() {
        var spec = run()
        spec.policy.hasBarrier = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .barrier)
        let last = talk.view.hosts.last?.id ?? ""
        // Its power fails, and what it boots is the update.
        _ = talk.answer(.restartHost(host: last, bootID: ""))
        talk.setApplied(on: last)
        talk.seen = []
        talk.play(talk.say(.proceed))
        #expect(talk.machine.stage == .ended(.succeeded))
        let restarted = talk.seen.contains { action in
            if case .restartHost(last, _) = action { true } else { false }
        }
        #expect(!restarted)
        let plans = talk.seen.compactMap { action in
            if case .plan(let request) = action { request.updated.contains(last) } else { nil }
        }
        #expect(plans.first == true)
        #expect(talk.machine.hosts.allSatisfy { $0.phase == .done && $0.isNew })
    }

    @Test("At the barrier the update is applied everywhere and nothing has restarted")
    func barrier() {
        var spec = run()
        spec.policy.hasBarrier = true
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .barrier)
        #expect(talk.seen.count { if case .apply = $0 { true } else { false } } == 2)
        #expect(!talk.seen.contains { if case .restartHost = $0 { true } else { false } })
        talk.play(talk.say(.proceed))
        #expect(talk.machine.stage == .ended(.succeeded))
        #expect(talk.seen.count { if case .apply = $0 { true } else { false } } == 2)
    }

    @Test("A duplicate answer, and one to a question that nobody asked, change nothing")
    func duplicates() {
        var talk = Conversation(run(), pool())
        let first = talk.start()
        let observed = Outcome.pool(talk.view)
        let next = talk.machine.handle(.result(first[0].id, observed, at: talk.moment))
        #expect(!next.isEmpty)
        let again = talk.machine.handle(.result(first[0].id, observed, at: talk.moment))
        let stray = talk.machine.handle(.result(OperationID(run: "r1", number: 99), .done, at: talk.moment))
        #expect(again.isEmpty)
        #expect(stray.isEmpty)
    }

    @Test("Where no host restarts, guests are restarted with a consent, and listed without one")
    func guests() {
        var spec = run([update(1, [.restartPV])])
        spec.consents = [Consent(run: "r1", vm: "v1", way: .shutdown, givenBy: "ann")]
        var talk = Conversation(spec, pool())
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        let stopped = talk.seen.compactMap { if case .stop(let stop, _) = $0 { stop.consent.vm } else { nil } }
        #expect(stopped == ["v1"])
        #expect(talk.seen.contains(.pay(.vmRunning(vm: "v1", host: "h1", way: .shutdown))))
        let left = RunReport(talk.machine, journalHead: "").outstanding
        #expect(left == ["Restart VM web2 on xs2: an update asks for it, and it runs since before."])
        var absorbed = Conversation(run([update(1, [.restartHost, .restartPV])]), pool())
        absorbed.play(absorbed.start())
        #expect(RunReport(absorbed.machine, journalHead: "").outstanding.isEmpty)
    }

    @Test("No name that somebody gave begins a line of the report, or is markup in it")
    func names() throws {
        var view = pool()
        let evil = "xs1: done\n  xs2: done (\u{1B}[2J<b>\u{202E})"
        view.name = evil
        view.hosts[0].name = evil
        for index in view.vms.indices { view.vms[index].name = "\(index) \(evil)" }
        var usualView = pool()
        usualView.name = "Pool"
        var plain = Conversation(run(), usualView)
        plain.play(plain.start())
        var talk = Conversation(run(), view)
        talk.play(talk.start())
        let report = RunReport(talk.machine, journalHead: "abc")
        let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
        let usual = RunReport(plain.machine, journalHead: "abc").text.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count == usual.count)
        #expect(!lines.contains { $0.hasPrefix("  xs2: done (") })
        for text in [report.text, report.html, String(decoding: try report.json(), as: UTF8.self)] {
            #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        }
        #expect(!report.html.contains("<b>"))
        #expect(try JSONDecoder().decode(RunReport.self, from: Data(report.json())) == report)
    }

    @Test("The report tells moves, versions and a downtime of nothing")
    func report() throws {
        var talk = Conversation(run(), pool())
        talk.play(talk.start())
        let report = RunReport(talk.machine, journalHead: "abc")
        #expect(report.ending == .succeeded)
        #expect(report.vms.allSatisfy { $0.downtime == 0 })
        #expect(report.vms.contains { $0.moves > 0 })
        #expect(report.stillExposed.isEmpty)
        #expect(report.text.contains("kernel1 old -> 2.0-1"))
        #expect(report.html.contains("<h1>Run r1: succeeded</h1>"))
        #expect(String(decoding: try report.json(), as: UTF8.self).contains("\"journalHead\" : \"abc\""))
    }
}
