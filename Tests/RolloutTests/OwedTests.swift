import Rollout
import Testing

@Suite("The pool's own word on what a host still has to do")
struct OwedTests {
    private let spec = RunSpec(run: "r1", startedBy: "ann", updates: [update()])

    /// Hosts that say what they owe from the moment on that they have the update.
    private func answer(_ owed: [Guidance], on host: String, _ report: HostReport) -> HostReport {
        var report = report
        report.owed = report.stamps.isEmpty ? nil : owed
        return report
    }

    @Test("A host that is mended while it runs does not restart; the others do")
    func mended() {
        var talk = Conversation(spec, pool(hosts: 3))
        talk.reporting = { host, report in host == "h2" ? answer([], on: host, report) : report }
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.succeeded))
        let restarted = talk.seen.compactMap { if case .restartHost(let host, _) = $0 { host } else { nil } }
        #expect(Set(restarted) == ["h1", "h3"])
        let mended = talk.machine.hosts.first { $0.id == "h2" }
        #expect(mended?.isNew == true && mended?.bootBefore == mended?.bootAfter)
        #expect(talk.machine.events.contains { $0.text.contains("xs2 is mended while it runs") })
    }

    @Test("A host that still asks for something after its restart is named, and the run is no success")
    func stillOwing() {
        var talk = Conversation(spec, pool(hosts: 2))
        talk.reporting = { host, report in
            host == "h2" ? answer([.restartHost], on: host, report) : answer([], on: host, report)
        }
        talk.play(talk.start())
        #expect(talk.machine.stage == .ended(.partly))
        let report = RunReport(talk.machine, journalHead: "head")
        #expect(report.outstanding.contains { $0.contains("xs2 has the update") && $0.contains("restartHost") })
        #expect(!report.outstanding.contains { $0.contains("xs1") })
    }

    @Test("A host for which the pool offers something else than what was pinned is not emptied, and the reason is told")
    func withdrawn() {
        var talk = Conversation(spec, pool(hosts: 3))
        talk.reporting = { host, report in
            guard host != "h1", report.stamps.isEmpty else { return report }
            var report = report
            report.withdrawn = "The pool offers something else now."
            return report
        }
        talk.play(talk.start())
        let host = talk.machine.hosts.first { $0.id == "h2" }
        #expect(host?.phase == .failed && host?.failedIn == .checking)
        let told = "xs2 has failed while checking. The pool offers something else now."
        #expect(talk.machine.events.contains { $0.text.contains(told) })
        #expect(!talk.seen.contains { [.disable(host: "h2"), .disable(host: "h3")].contains($0) })
    }

    @Test("An update that is for all hosts or none is refused where one that lacks it is left out")
    func forAll() {
        var spec = spec
        spec.updates[0].isForAllHosts = true
        spec.excluded = ["h2"]
        let problem = Prechecks.problems(pool(), spec).first { $0.text.contains("xs2 would be left out") }
        #expect(problem.map { spec.isBlocked(by: $0) } == true)
        var view = pool()
        view.hosts[1].applied = [update().uuid]
        #expect(!Prechecks.problems(view, spec).contains { $0.text.contains("left out: include") })
    }
}
