import PoolRollout
import Rollout
import XenAPI

/// Who did what: the calls that changed something; the journals of all runs, and whether they are as they were written.
enum AuditPage {
    private static let kinds: Set<RunEvent.Kind> = [
        .run, .word, .obligation, .deviation, .controller, .vmStopped, .vmStarted,
    ]
    private static let shown = 500

    static func make(_ visit: Visit) async -> Page {
        let rollouts = visit.console.services.rollouts
        let verifies = visit.query["verify"] == "yes"
        var journals: [(run: RunDetails, verdict: String)] = []
        for id in await rollouts.runs.prefix(100) {
            guard let run = try? await rollouts.details(id) else { continue }
            // Replaying all journals takes its time, so it is done on request.
            let verified = verifies ? try? await rollouts.verify(id) : nil
            journals.append(
                (run, verified.map { $0.problem ?? "\($0.records) records, intact" } ?? "not verified here")
            )
        }
        let all = journals
        let lines = all.flatMap { journal in
            journal.run.events.filter { kinds.contains($0.kind) }.map { (journal.run, $0) }
        }.sorted { $0.1.at > $1.1.at }.prefix(shown)
        let body = HTML.group([
            h1 { "Audit" },
            AuditCalls(visit: visit).html,
            h2 { "Runs" },
            p {
                "Each run writes a journal, in which every record holds the digest of the one before. "
                if !verifies { a(.href("/audit?verify=yes")) { "Verify all journals" } }
            },
            HTML.live(
                "journals",
                div(.id("journals")) {
                    Words.table("Journals", ["Run", "Begun", "By", "Journal", "Digest of its newest record"]) {
                        for (run, verdict) in all {
                            tr {
                                th(.scope("row")) {
                                    a(.href("/runs/" + run.run)) { run.name.isEmpty ? run.run : run.name }
                                }
                                td { Words.moment(run.started) }
                                td { run.startedBy }
                                td { verdict }
                                td { code { run.journalHead } }
                            }
                        }
                    }
                }
            ),
            HTML.live(
                "audit",
                div(.id("audit")) {
                    Words.table("What was said and done, the newest first", ["When", "Run", "What"]) {
                        for (run, event) in lines {
                            tr {
                                td { Words.moment(event.at) }
                                td { a(.href("/runs/" + run.run)) { run.name } }
                                td { event.text }
                            }
                        }
                    }
                }
            ),
        ])
        return Page(title: "Audit", section: .audit, body: body)
    }
}
