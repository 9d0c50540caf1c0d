import PoolRollout
import Rollout
import XenAPI

/// The log, as text that can be marked and copied.
struct RunLog: Sendable {
    let run: RunDetails
    /// The page shows the newest lines; the report has all.
    private static let shown = 500

    var html: HTML {
        let events = run.events.suffix(Self.shown)
        return section(.id("log")) {
            button(.type("button"), .data("data-copy", "log-lines")) { "Copy the log" }
            if run.events.count > Self.shown {
                p(.class("quiet")) { "The newest \(Self.shown) of \(run.events.count) lines; the report has all." }
            }
            ol(.class("log"), .id("log-lines"), .data("data-log", "yes"), .tabindex("0"), .aria("aria-label", "Log")) {
                for event in events { li { "\(Words.clock(event.at))  \(event.text)" } }
            }
        }
    }
}

/// What proves the run, to be read, kept and checked.
struct RunEvidence: Sendable {
    let run: RunDetails

    var html: HTML {
        section(.class("sheet")) {
            h2 { "Evidence" }
            Words.table(
                "What was observed on each host",
                ["Host", "Result", "Boot id before", "after", "Packages changed"]
            ) {
                for host in run.hosts { row(host) }
            }
            dl(.class("facts")) {
                for update in run.updates {
                    dt { update.label }
                    dd { code { "SHA-256 \(update.sha256)" } }
                }
                dt { "Journal" }
                dd { code { run.journalHead } }
            }
            p {
                "Report: "
                for format in ["text", "html", "json"] {
                    a(.href("/runs/\(run.run)/report.\(format == "text" ? "txt" : format)"), .download) { format }
                    " "
                }
            }
        }
    }

    private func row(_ host: RunDetails.Host) -> HTML {
        let changes = host.packagesAfter.sorted { $0.key < $1.key }.filter { host.packagesBefore[$0.key] != $0.value }
        return tr {
            th(.scope("row")) { bdi { host.name } }
            td { Words.state(host.phase.words(run.aim), host.isUpdated ? "good" : "warn") }
            td { code { String(host.bootBefore.prefix(8)) } }
            td { code { String(host.bootAfter.prefix(8)) } }
            td {
                changes.map { "\($0.key) \(host.packagesBefore[$0.key] ?? "none") → \($0.value)" }.joined(
                    separator: "; "
                )
            }
        }
    }
}
