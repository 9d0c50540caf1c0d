import PoolRollout
import Rollout
import XenAPI

/// The sixth step: the run, as on its own page.
struct InstallStep: Sendable {
    let page: WizardPage
    let run: RunDetails

    func content() async -> HTML {
        .group([
            await RunPage(run: run, visit: page.visit, wizard: page.wizard).content(),
            HTML.live(
                "next",
                div(.id("next"), .class("buttons")) {
                    if run.finished != nil {
                        a(.class("button primary"), .href(page.wizard.path(.finish))) { "Finish ›" }
                    }
                }
            ),
        ])
    }
}

/// The last step: how it ended, what is left to do, and the evidence.
struct FinishStep: Sendable {
    let page: WizardPage
    let run: RunDetails

    var content: HTML {
        let snapshot = page.visit.snapshot
        return HTML.live(
            "finish",
            div(.id("finish")) {
                p(.class(run.ending == .succeeded || run.ending == .nothingToDo ? "success" : "warning")) {
                    run.sentence
                }
                if page.wizard.mode == .manual { TaskList(wizard: page.wizard, snapshot: snapshot, run: run).html }
                RunEvidence(run: run).html
                p {
                    a(.class("button"), .href("/runs/" + run.run)) { "The run" }
                    " "
                    a(.class("button primary"), .href("/")) { "To the pool" }
                }
            }
        )
    }
}
