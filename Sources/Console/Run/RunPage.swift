import PoolRollout
import Rollout
import XenAPI

/// One run: figures, what it waits for, what may be said to it, a lane for each host, what it owes, its log.
struct RunPage: Sendable {
    let run: RunDetails
    let visit: Visit
    var wizard: Wizard?

    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let run = try await details(visit.parameter("run"), visit)
        let wizard = await visit.console.wizards.wizard(of: run.run)
        let page = RunPage(run: run, visit: visit, wizard: wizard)
        let body = HTML.group([
            h1 {
                "Run: "
                bdi { run.name }
            }, await page.content(),
        ])
        let facts = RunFacts(run, visit.snapshot).all
        return Page(
            title: "Run: \(run.name)",
            section: .runs,
            body: body,
            facts: facts,
            tellsHolds: run.finished == nil
        )
    }

    static func details(_ run: String, _ visit: Visit) async throws(PageError) -> RunDetails {
        try await details(run, visit.console)
    }

    static func details(_ run: String, _ console: Console) async throws(PageError) -> RunDetails {
        do throws(APIError) { return try await console.services.rollouts.details(run) } catch {
            throw notShown(error)
        }
    }

    /// No such run is no page; a run whose journal can not be used is one, and says why.
    static func notShown(_ error: APIError) -> PageError {
        error.code == "UUID_INVALID" ? .notFound : PageError(error)
    }

    func content() async -> HTML {
        let consequences = await consequences()
        var parts: [HTML] = [
            HTML.live("run-head", head),
            HTML.live(
                "run-words",
                RunWords(run: run, mayOperate: visit.signedIn.mayOperate, consequences: consequences).html
            ),
            HTML.live("run-consents", RunConsents(run, visit.snapshot, mayOperate: visit.signedIn.mayOperate).html),
            HTML.live("run-debts", Debts(run: run, mayOperate: visit.signedIn.mayOperate).html),
        ]
        if run.mode == .manual, let wizard {
            let tasks = TaskList(wizard: wizard, snapshot: visit.snapshot, run: run).html
            parts.append(HTML.live("tasks", tasks))
        }
        parts.append(h2 { "Hosts" })
        parts.append(HTML.live("run-chart", chart.html))
        let mayOperate = visit.signedIn.mayOperate
        parts.append(
            ul(.class("lanes"), .aria("aria-label", "Hosts")) {
                for host in run.hosts {
                    let lane = Lane(run: run, host: host, mayOperate: mayOperate, isModelled: isModelled)
                    HTML.live("lane-" + host.uuid, lane.html)
                }
            }
        )
        parts.append(h2 { "Log" })
        parts.append(HTML.live("log", RunLog(run: run).html))
        parts.append(
            HTML.live("evidence", div(.id("evidence")) { if run.finished != nil { RunEvidence(run: run).html } })
        )
        return .group(parts)
    }

    /// What the words that end a run would lead to now.
    private func consequences() async -> [String: String] {
        guard run.finished == nil else { return [:] }
        let rollouts = visit.console.services.rollouts
        var texts: [String: String] = [:]
        for (name, word) in [("pause", OperatorWord.pause), ("stop-after-host", .stopAfterHost), ("cancel", .cancel)] {
            texts[name] = try? await rollouts.consequence(of: word, for: run.run)
        }
        return texts
    }

    private var chart: RunChart {
        RunChart(run: run, now: visit.console.now(), speed: Double(visit.console.services.modelledSpeed ?? 1))
    }

    private var isModelled: Bool { visit.console.services.modelledSpeed != nil }

    private func expected(_ seconds: Int) -> String { Words.expected(seconds, isModelled: isModelled) }

    private var head: HTML {
        div(.id("run-head"), .class("sheet")) {
            p(.role("status")) {
                Words.state(RunWordings.state(run), RunWordings.look(run))
                " "
                run.sentence
            }
            if let problem = run.problem { p(.class("problem")) { problem } }
            // What the sentence above says is not said twice.
            for reason in run.waitsFor where reason != run.sentence { p(.class("warning")) { reason } }
            dl(.class("figures")) {
                figure("Done", "\(run.progress.portion(of: 100)) %")
                figure("Hosts \(run.aim.participle)", "\(run.hosts.count(where: \.isUpdated)) of \(run.hosts.count)")
                mixed
                if let planned = run.plannedMixedSeconds, planned > 0 { figure("Planned", expected(planned)) }
                if let bound = run.lowerBound, bound > 0 { figure("No plan shorter than", expected(bound)) }
                if let end = chart.end {
                    div {
                        dt { "Ends about" }
                        dd { Words.moment(end) }
                    }
                }
                if let wave = run.wave, !run.waves.isEmpty { figure("Wave", Self.wave(wave, of: run.waves.count)) }
            }
            if let speed = visit.console.services.modelledSpeed { Words.modelled(speed) }
            p(.class("quiet")) {
                "Begun by \(run.startedBy), "
                Words.moment(run.started)
                if let finished = run.finished {
                    "; ended "
                    Words.moment(finished)
                }
                " · "
                run.name
            }
        }
    }

    /// What comes after the last wave, such as VMs on their way back, is none.
    static func wave(_ wave: Int, of count: Int) -> String {
        wave < count ? "\(wave + 1) of \(count)" : "all \(count) are done"
    }

    private var mixed: HTML {
        div {
            dt { run.aim == .install ? "Mixed state" : "Restarts for" }
            dd {
                if let since = run.mixedSince { Words.since(since) } else { Words.duration(Int(run.mixedSeconds)) }
            }
        }
    }

    private func figure(_ title: String, _ value: String) -> HTML {
        div {
            dt { title }
            dd { value }
        }
    }
}

/// A run's state in words and colours.
enum RunWordings {
    static func state(_ run: RunDetails) -> String {
        if run.pausedBy != nil, run.finished == nil { return "Paused" }
        if !run.waitsFor.isEmpty, run.finished == nil { return "Waits" }
        switch run.ending {
        case .succeeded: return "Succeeded"
        case .partly: return "Partly done"
        case .stopped: return "Stopped"
        case .cancelled: return "Cancelled"
        case .nothingToDo: return "Nothing to do"
        case .refused: return "Refused"
        case nil: return run.state == .unreadable ? "Unreadable" : "Under way"
        }
    }

    static func look(_ run: RunDetails) -> String {
        switch run.ending {
        case .succeeded, .nothingToDo: return "good"
        case .partly, .stopped, .cancelled: return "warn"
        case .refused: return "bad"
        case nil:
            return run.state == .unreadable ? "bad" : run.waitsFor.isEmpty && run.pausedBy == nil ? "busy" : "warn"
        }
    }
}
