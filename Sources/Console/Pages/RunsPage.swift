import PoolDatabase
import PoolRollout
import Rollout

/// All runs, and wizards that have not led to one yet.
enum RunsPage {
    static func make(_ visit: Visit) async -> Page {
        let rollouts = visit.console.services.rollouts
        var runs: [RunDetails] = []
        for id in await rollouts.runs.prefix(200) {
            if let run = try? await rollouts.details(id) { runs.append(run) }
        }
        let unfinished = await visit.console.wizards.all.filter { $0.run == nil }
        let shown = runs
        let body = HTML.group([
            h1 { "Runs" },
            HTML.live("wizards", wizards(unfinished, visit)),
            HTML.live(
                "runs",
                div(.id("runs")) {
                    if shown.isEmpty {
                        p { "There has been no run yet." }
                    } else {
                        Words.table("Runs, the newest first", ["Run", "State", "Hosts done", "Begun", "By", "Owed"]) {
                            for run in shown { row(run) }
                        }
                    }
                }
            ),
        ])
        return Page(title: "Runs", section: .runs, body: body)
    }

    private static func row(_ run: RunDetails) -> HTML {
        let owed = run.obligations.count { $0.state == .open }
        return tr(.id("run-" + run.run)) {
            th(.scope("row")) { Links.run(run) }
            td {
                Words.state(RunWordings.state(run), RunWordings.look(run))
                " "
                run.sentence
            }
            td(.class("number")) { "\(run.hosts.count(where: \.isUpdated)) of \(run.hosts.count)" }
            td { Words.moment(run.started) }
            td { run.startedBy }
            td { if owed > 0 { span(.class("warn")) { "⚠ \(owed)" } } }
        }
    }

    private static func wizards(_ wizards: [Wizard], _ visit: Visit) -> HTML {
        section(.id("wizards")) {
            if !wizards.isEmpty {
                h2 { "Begun, and not carried out yet" }
                ul {
                    for wizard in wizards {
                        li {
                            a(.href(wizard.path(wizard.reached))) {
                                name(wizard, visit) + ": go on at " + wizard.reached.title(of: wizard.purpose)
                            }
                            " (\(wizard.startedBy), "
                            Words.moment(wizard.begun)
                            ")"
                        }
                    }
                }
            }
        }
    }

    private static func name(_ wizard: Wizard, _ visit: Visit) -> String {
        guard wizard.purpose == .install else { return "Rolling restart" }
        return wizard.update.flatMap { visit.snapshot.row("pool_patch", uuid: $0)?.nameLabel } ?? "Install Update"
    }
}
