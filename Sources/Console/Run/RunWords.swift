import PoolRollout
import Rollout

/// The buttons of a run: only words that it would hear now, and what the weighty ones lead to.
struct RunWords: Sendable {
    let run: RunDetails
    let mayOperate: Bool
    let consequences: [String: String]

    var html: HTML {
        div(.id("run-words"), .class("row")) {
            if run.finished == nil, mayOperate {
                if run.state == .unreadable { wayOut } else { words }
            }
        }
    }

    /// A run whose journal can not be used hears one word, until it is given up.
    private var wayOut: HTML {
        consequences["cancel"] == nil ? .empty : sure("cancel", "Cancel…", "Give the run up")
    }

    /// The words that need no second thought, where the run would hear them.
    var goingOn: HTML { run.state == .unreadable ? wayOut : goOn }

    private var words: HTML {
        .group([
            goOn,
            sure("stop-after-host", "Stop After This Host", "Stop after this host"),
            sure("cancel", "Cancel…", "Cancel the run"),
        ])
    }

    private var goOn: HTML {
        if run.state == .barrier { return say("proceed", "Go On: Restart the Hosts", look: "primary") }
        let isHeld = run.pausedBy != nil || !run.holds.isEmpty
        let resume = isHeld ? say("resume", "Resume", look: "primary") : .empty
        let fix = run.problems.contains { $0.severity == .blocking && $0.fix != nil } && run.state == .surveying
        let pause = run.pausedBy == nil ? say("pause", "Pause") : .empty
        return .group([resume, fix ? say("fix-all", "Fix All") : .empty, pause])
    }

    private func say(_ word: String, _ label: String, look: String = "") -> HTML {
        Words.button(label, to: "/do/runs/\(run.run)/\(word)", shown: RunFacts(run, []).shown(for: word), look: look)
    }

    /// A word that is not taken back: what it leads to is read before it is said.
    private func sure(_ word: String, _ label: String, _ confirm: String) -> HTML {
        details(.class("sure"), .id("sure-" + word)) {
            summary { label }
            div(.class("warning")) {
                p { consequences[word] ?? "The run would not hear this now." }
                Words.button(
                    confirm,
                    to: "/do/runs/\(run.run)/\(word)",
                    shown: RunFacts(run, []).shown(for: word),
                    look: "danger"
                )
            }
        }
    }
}

/// What the run switched off and owes back: what is owed is always in sight.
struct Debts: Sendable {
    let run: RunDetails
    let mayOperate: Bool

    var html: HTML {
        section(.id("run-debts"), .class("sheet")) {
            h2 { "Obligations" }
            if run.obligations.isEmpty { p(.class("quiet")) { "The run has switched nothing off." } }
            let (open, paid) = (
                run.obligations.filter { $0.state == .open }, run.obligations.filter { $0.state == .paid }
            )
            if !open.isEmpty { ul { for debt in open { item(debt) } } }
            // What is done with is there to be looked up, and not in the way of what is not.
            if open.isEmpty {
                ul { for debt in paid { item(debt) } }
            } else if !paid.isEmpty {
                details(.id("paid-debts")) {
                    summary { "\(paid.count) given back" }
                    ul { for debt in paid { item(debt) } }
                }
            }
        }
    }

    /// The button at which something is given back.
    static func payment(of debt: RunDetails.Debt, _ run: RunDetails) -> HTML {
        Words.button(
            "Give Back Now",
            to: "/do/runs/\(run.run)/pay",
            [("obligation", String(debt.number))],
            shown: RunFacts(run, []).shown(for: "pay", String(debt.number)),
            about: debt.text
        )
    }

    private func item(_ debt: RunDetails.Debt) -> HTML {
        li(.class("row")) {
            Words.state(debt.state == .open ? "Owed" : "Given back", debt.state == .open ? "warn" : "good")
            span { debt.text }
            if let reason = debt.reason, debt.state == .open { span(.class("quiet")) { reason } }
            if debt.state == .open, run.finished == nil { span(.class("quiet")) { "is given back when the run ends" } }
            if debt.state == .open, mayOperate, run.finished != nil { Self.payment(of: debt, run) }
        }
    }
}
