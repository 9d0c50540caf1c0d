import Foundation
import Testing

@testable import Console
@testable import PoolRollout
@testable import Rollout

@Suite("The run page")
struct RunPageTests {
    @Test("of 256 hosts, a VM on its way from each, and 2,000 lines of log is smaller than 1 MiB")
    func size() {
        let run = Self.run(hosts: 256)
        let page = BodyVersion(
            HTML.group([
                HTML.live("debts", Debts(run: run, mayOperate: true).html),
                HTML.group(run.hosts.map { Lane(run: run, host: $0, mayOperate: true).html }),
                HTML.live("log", RunLog(run: run).html),
            ])
        )
        #expect(page.page.bytes.count < 1 << 20)
        #expect(page.page.bytes.count > 256 * 100)
    }

    @Test("offers approve, retry and skip only where the run would hear them, and nothing to those who may only look")
    func buttons() {
        var run = Self.run(hosts: 1)
        run.hosts[0].needsApproval = true
        func words(_ mayOperate: Bool) -> String {
            String(
                decoding: BodyVersion(Lane(run: run, host: run.hosts[0], mayOperate: mayOperate).html).page.bytes,
                as: UTF8.self
            )
        }
        #expect(words(true).contains("Approve") && words(true).contains("Skip") && !words(true).contains("Retry"))
        #expect(!words(false).contains("<button"))
        run.hosts[0].phase = .failed
        run.hosts[0].reason = "the <precheck> failed"
        run.hosts[0].canRetry = true
        #expect(words(true).contains("Retry") && words(true).contains("the &lt;precheck&gt; failed"))
    }

    @Test("counts no wave beyond the last")
    func afterTheLastWave() {
        #expect(RunPage.wave(0, of: 3) == "1 of 3" && RunPage.wave(2, of: 3) == "3 of 3")
        #expect(RunPage.wave(3, of: 3) == "all 3 are done")
    }

    @Test("counts no time for a host that was never begun, nor in a run that is over")
    func settledHosts() {
        var run = Self.run(hosts: 1)
        func shown() -> String {
            String(
                decoding: BodyVersion(Lane(run: run, host: run.hosts[0], mayOperate: true).html).page.bytes,
                as: UTF8.self
            )
        }
        run.hosts[0].phase = .emptying
        #expect(shown().contains("data-since"))
        run.hosts[0].phase = .done
        #expect(!shown().contains("data-since") && shown().contains("had the update already"))
        run.hosts[0].phase = .skipped
        #expect(!shown().contains("data-since") && shown().contains("was left out"))
        run.hosts[0].phase = .emptying
        run.finished = 1_700_000_100
        #expect(!shown().contains("data-since"))
    }

    @Test("draws what has happened to each host, and what is expected of the rest, by the clock on the wall")
    func chart() {
        var run = Self.run(hosts: 3)
        (run.started, run.remainingSeconds) = (1000, 1200)
        (run.hosts[0].phase, run.hosts[0].begun, run.hosts[0].changed, run.hosts[0].ended) = (.done, 1010, 1100, 1400)
        (run.hosts[1].phase, run.hosts[1].begun, run.hosts[1].changed) = (.failed, 1400, 1500)
        run.hosts[2].expectation = .init(start: 600, end: 1200)
        func chart(speed: Double = 1) -> RunChart { RunChart(run: run, now: 2000, speed: speed) }
        func shown() -> String { String(decoding: BodyVersion(chart().html).page.bytes, as: UTF8.self) }
        #expect(chart().end == 3200)
        #expect(chart(speed: 60).end == 2020, "modelled hosts are quicker than they say")
        let names = run.hosts.map(\.name)
        #expect(shown().contains("<title>\(names[0]): emptied in 1 min 30 s"))
        #expect(shown().contains("class=\"stop\"") && shown().contains("class=\"expected\""))
        #expect(shown().contains("<title>\(names[2]): expected in 10 min") && shown().contains("<title>Now"))
        run.finished = 2500
        #expect(chart().end == nil && !shown().contains("<title>Now"))
    }

    @Test("says of each debt whether it is given back, and pays at a button once the run is over")
    func debts() {
        var run = Self.run(hosts: 1)
        run.obligations = [
            .init(number: 1, run: "r", text: "HA", state: .open, since: 0, reason: nil),
            .init(number: 2, run: "r", text: "the ISO", state: .paid, since: 0, reason: nil),
        ]
        func shown() -> String {
            String(decoding: BodyVersion(Debts(run: run, mayOperate: true).html).page.bytes, as: UTF8.self)
        }
        #expect(shown().contains("Owed") && shown().contains("Given back") && !shown().contains("<button"))
        // Where there is no button yet, the page says when it is paid without one; of what is paid it does not.
        #expect(shown().components(separatedBy: "is given back when the run ends").count == 2)
        run.finished = 1
        #expect(shown().contains("Give Back Now") && !shown().contains("when the run ends"))
    }

    @Test("counts the mixed state from the first host's update, as the report does")
    func mixedState() {
        var machine = RolloutMachine()
        machine.stage = .rolling
        machine.hosts = ["xs1", "xs2"].map { HostRecord(HostView(id: $0, name: $0, memory: 1)) }
        machine.events = [RunEvent(at: 50, kind: .run, host: nil, vm: nil, text: "begun")]
        machine.hosts[0].phase = .emptying
        machine.hosts[0].begun = 100
        func details() -> RunDetails { RunDetails(machine, head: "", progress: [:], now: 900) }
        #expect(details().mixedSince == nil && details().mixedSeconds == 0)
        machine.hosts[0].phase = .restarting
        machine.hosts[0].changed = 400
        #expect(details().mixedSince == 400 && details().mixedSeconds == 500)
        for (index, ended) in [Int64(700), 800].enumerated() {
            machine.hosts[index].phase = .done
            machine.hosts[index].changed = ended - 300
            machine.hosts[index].ended = ended
            machine.hosts[index].isNew = true
        }
        machine.stage = .ended(.succeeded)
        #expect(details().mixedSince == nil && details().mixedSeconds == 400)
        #expect(details().mixedSeconds == RunReport(machine, journalHead: "").mixedSeconds)
    }

    @Test("lets a run that is held for a VM be told that this VM may be stopped, and offers it at no other time")
    func consents() {
        var run = Self.run(hosts: 1)
        let guests = [
            RunConsents.Guest(uuid: "v1", name: "db", host: "xs1"),
            RunConsents.Guest(uuid: "v2", name: "db-1", host: "xs1"),
        ]
        func shown(_ mayOperate: Bool = true) -> String {
            let html = RunConsents(run, guests, mayOperate: mayOperate).html
            return String(decoding: BodyVersion(html).page.bytes, as: UTF8.self)
        }
        #expect(!shown().contains("<form"))
        run.holds = [Hold(subject: .gate, reason: "the gate is red", since: 0)]
        #expect(!shown().contains("<form"))
        run.holds = [Hold(subject: .consent, reason: "VM db-1 on xs1 has to be stopped (suspend): …", since: 0)]
        #expect(shown().contains("action=\"/do/runs/run/consent\""))
        #expect(shown().contains("<option value=\"v2\" selected>db-1 on xs1") && shown().contains("value=\"shutdown\""))
        #expect(!shown(false).contains("<form"))
        run.finished = 1
        #expect(!shown().contains("<form"))
    }

    @Test("shows what held prechecks offer")
    func offers() {
        var run = Self.run(hosts: 1)
        let host = run.hosts[0].uuid
        run.holds = [Hold(subject: .prechecks, reason: "1 problem", since: 0)]
        run.problems = [
            Problem(
                .tiedVMs,
                .blocking,
                "VM db can not leave its host.",
                offers: [.stop(vm: "v1", way: .suspend), .leaveOut(host: host)]
            )
        ]
        let html = RunConsents(run, [.init(uuid: "v1", name: "db", host: "xs1")], mayOperate: true).html
        let shown = String(decoding: BodyVersion(html).page.bytes, as: UTF8.self)
        #expect(shown.contains("VM db can not leave its host.") && shown.contains("action=\"/do/runs/run/skip\""))
        #expect(shown.contains("<option value=\"v1\" selected>"))
    }

    @Test("has every button but Pause carry what is gone by in pressing it")
    func shown() {
        var run = Self.run(hosts: 2)
        run.hosts[0].needsApproval = true
        run.hosts[1].canRetry = true
        run.holds = [Hold(subject: .prechecks, reason: "1 problem", since: 0)]
        run.state = .surveying
        run.problems = [
            Problem(.workloadBalancing, .blocking, "on", fix: .disableWLB),
            Problem(.tiedVMs, .blocking, "tied", offers: [.leaveOut(host: run.hosts[1].uuid)]),
        ]
        let guests = [RunConsents.Guest(uuid: "v1", name: "db", host: "xs1")]
        let page = BodyVersion(
            HTML.group(
                [
                    RunWords(run: run, mayOperate: true, consequences: [:]).html,
                    RunConsents(run, guests, mayOperate: true).html,
                ] + run.hosts.map { Lane(run: run, host: $0, mayOperate: true).html }
            )
        )
        let forms = PostedForm.all(in: String(decoding: page.page.bytes, as: UTF8.self))
        let words = forms.map { $0.action.split(separator: "/").last.map(String.init) ?? "" }
        #expect(
            Set(words) == [
                "resume", "fix-all", "pause", "stop-after-host", "cancel", "skip", "consent", "approve", "retry",
            ]
        )
        let facts = RunFacts(run, guests)
        for (form, word) in zip(forms, words) {
            #expect(form.fields["shown"] ?? "" == facts.shown(for: word, form.fields["host"] ?? "").text, "\(word)")
            #expect(form.shown.isEmpty == (word == "pause"), "\(word)")
        }
    }

    private static func run(hosts: Int) -> RunDetails {
        var run = RunDetails(unreadable: "run", problem: "")
        run.state = .rolling
        run.hosts = (0..<hosts).map { index in
            RunDetails.Host(
                uuid: "00000000-0000-4000-8000-\(100_000_000_000 + index)",
                name: "host-with-a-long-name-\(index).example.com",
                isMaster: index == 0,
                phase: .pending,
                since: 1_700_000_000,
                expectedSeconds: 900,
                wave: index / 8,
                reason: nil,
                begun: nil,
                ended: nil,
                isUpdated: false,
                needsApproval: false,
                canRetry: false,
                canSkip: true,
                bootBefore: "",
                bootAfter: "",
                packagesBefore: [:],
                packagesAfter: [:]
            )
        }
        run.moves = run.hosts.map { host in
            RunDetails.Move(
                vm: host.uuid,
                vmName: "a VM of \(host.name)",
                from: host.uuid,
                to: run.hosts[0].uuid,
                since: 1_700_000_000,
                expectedSeconds: 60,
                progress: 0.5
            )
        }
        run.events = (0..<2000).map { index in
            RunEvent(
                at: 1_700_000_000,
                kind: .move,
                host: nil,
                vm: nil,
                text: "Migrating VM \(index) off a host with a long name"
            )
        }
        return run
    }
}
