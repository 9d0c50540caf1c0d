import PoolDatabase
import PoolRollout
import Rollout
import XenAPI

/// The fourth step: everything that stands in the way, at once, with a fix beside it where there is one.
///
/// A fix is made by the run before anything else and given back at its end, so that leaving the wizard leaves nothing
/// behind.
struct PrecheckStep: Sendable {
    let page: WizardPage

    func content() async throws(PageError) -> HTML {
        let problems = try await Self.problems(page.wizard, page.visit.console, asks: page.mayChange)
        let open = Self.open(problems, page.wizard)
        let fixable = open.filter { $0.fix != nil }
        return page.form("Next ›", isBlocked: !open.isEmpty) {
            p {
                "These checks verify that \(updateName) can be installed on the chosen hosts. They follow the pool as it changes."
            }
            HTML.live("verdict", verdict(open))
            div(.class("row")) {
                hide
                button(.type("submit"), .name("go"), .value("again")) { "Check Again" }
                HTML.live("fix-all", fixAll(fixable, open))
            }
            HTML.live("checks", table(problems))
            HTML.live("consents", consents)
            page.message("blocked", "You need to resolve the issues found before you can continue.")
        }
    }

    /// - Parameter asks: whether packages and the planner are asked; a page does not wait for them for ever.
    static func problems(_ wizard: Wizard, _ console: Console, asks: Bool) async throws(PageError) -> [Problem] {
        do throws(APIError) {
            let rollouts = console.services.rollouts
            return try await rollouts.prechecks(wizard.options, asks: asks, patience: .seconds(20))
        } catch {
            throw PageError(error)
        }
    }

    /// What blocks and is not to be fixed by the run.
    static func open(_ problems: [Problem], _ wizard: Wizard) -> [Problem] {
        problems.filter { problem in
            problem.severity == .blocking && !(problem.fix.map { wizard.fixes.contains($0) } ?? false)
        }
    }

    private var updateName: String {
        page.wizard.update.flatMap { page.visit.snapshot.row("pool_patch", uuid: $0)?.nameLabel } ?? "the update"
    }

    private func verdict(_ open: [Problem]) -> HTML {
        open.isEmpty
            ? p(.id("verdict"), .class("success"), .role("status")) { "Nothing stands in the way." }
            : p(.id("verdict"), .class("problem"), .role("status")) {
                "✖ You need to resolve the issues found before you can continue."
            }
    }

    private var hide: HTML {
        var attributes: [Attribute] = [.type("checkbox"), .name("hide"), .value("yes"), .id("hide")]
        if page.wizard.hidesSuccessful { attributes.append(.checked) }
        return span(.class("choice")) {
            HTML.element(Tag("input", isVoid: true), attributes, .empty)
            label(.for("hide")) { "Hide successful pre-checks" }
        }
    }

    private func fixAll(_ fixable: [Problem], _ open: [Problem]) -> HTML {
        let isOff = fixable.isEmpty || !page.mayChange
        return span(.id("fix-all")) {
            HTML.element(
                "button",
                [.type("submit"), .name("fix"), .value("all")] + (isOff ? [.disabled] : []),
                .text("Fix All")
            )
            if fixable.count < open.count {
                span(.class("quiet")) {
                    " \(Words.count(open.count - fixable.count, "issue has", "issues have")) to be resolved by hand."
                }
            }
        }
    }

    private func table(_ problems: [Problem]) -> HTML {
        div(.id("checks"), .class("checks")) {
            Words.table("Pre-checks", ["Result", "What was found", "Solution"]) {
                for check in Check.allCases { group(check, problems.filter { $0.check == check }) }
            }
        }
    }

    private func group(_ check: Check, _ problems: [Problem]) -> HTML {
        if problems.isEmpty, page.wizard.hidesSuccessful { return .empty }
        let worst = problems.map(\.severity).max()
        return .group([
            tr(.class("group")) {
                th(.scope("colgroup"), .colspan("3")) {
                    "\(check.title)… "
                    Words.state(worst?.word ?? "OK", worst?.look ?? "good")
                }
            },
            .group(problems.map(row)),
        ])
    }

    private func row(_ problem: Problem) -> HTML {
        let isPlanned = problem.fix.map { page.wizard.fixes.contains($0) } ?? false
        return tr {
            td {
                span(.class("mark " + (isPlanned ? "good" : problem.severity.look)), .aria("aria-hidden", "true")) {
                    isPlanned ? "✔" : problem.severity.mark
                }
            }
            td { problem.text }
            td {
                if let fix = problem.fix { solution(fix, isPlanned) } else { consent(problem) }
            }
        }
    }

    private func solution(_ fix: Fix, _ isPlanned: Bool) -> HTML {
        let key = fix.key
        if isPlanned {
            return .group([
                .text("The run does this first: \(fix.label.lowercased()). " + (fix.undo ?? "")),
                .text(" "),
                link("unfix", key, "Do not"),
            ])
        }
        return link("fix", key, fix.label)
    }

    /// A VM that can not move is stopped only if its operator says so, here, for this run.
    private func consent(_ problem: Problem) -> HTML {
        guard problem.severity == .blocking, let vm = problem.vm else { return .empty }
        return .group([
            press("consent", "suspend:" + vm, "Let the run suspend it"), .text(" "),
            press("consent", "shutdown:" + vm, "Let the run shut it down"),
        ])
    }

    private var consents: HTML {
        section(.id("consents")) {
            for (vm, way) in page.wizard.consents.sorted(by: { $0.key < $1.key }) {
                p(.class("warning")) {
                    "VM \(page.visit.snapshot.row("VM", uuid: vm)?.nameLabel ?? vm) may be \(way == .suspend ? "suspended" : "shut down") "
                    "by this run if the plan needs it, and is brought back. "
                    press("consent", "none:" + vm, "Do not")
                }
            }
        }
    }

    private func link(_ name: String, _ value: String, _ label: String) -> HTML {
        press("fix", (name == "fix" ? "" : "-") + value, label)
    }

    private func press(_ name: String, _ value: String, _ label: String) -> HTML {
        HTML.element(
            "button",
            [.type("submit"), .class("link"), .name(name), .value(value)] + (page.mayChange ? [] : [.disabled]),
            .text(label)
        )
    }
}

extension Fix {
    /// A name for this fix of this very host or VM.
    var key: String { String(Secret.digest("\(self)").prefix(16)) }
}
