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
    let problems: [Problem]

    var content: HTML {
        let open = Self.open(problems, page.wizard)
        let fixable = Self.fixable(problems, page.wizard)
        let found = WizardFacts.problems(problems) + [WizardFacts.offers(problems)]
        return page.form("Next ›", isBlocked: !open.isEmpty, showing: found) {
            p {
                "These checks verify that \(subject). They follow the pool as it changes."
            }
            HTML.live("verdict", verdict(open))
            div(.class("row")) {
                hide
                button(.type("submit"), .name("go"), .value("again")) { "Check Again" }
                HTML.live("fix-all", fixAll(fixable, open))
            }
            HTML.live("checks", table)
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
        problems.filter { $0.severity == .blocking && !isPromised($0, wizard) }
    }

    /// What "Fix All" would promise.
    static func fixable(_ problems: [Problem], _ wizard: Wizard) -> [Problem] {
        problems.filter { $0.fix?.isRoutine ?? false && !isPromised($0, wizard) }
    }

    private var subject: String {
        page.wizard.purpose == .install
            ? "\(updateName) can be installed on the chosen hosts" : "the chosen hosts can be restarted in turn"
    }

    private var updateName: String {
        page.wizard.update.flatMap { page.visit.snapshot.row("pool_patch", uuid: $0)?.nameLabel } ?? "the update"
    }

    private func verdict(_ open: [Problem]) -> HTML {
        let promised = problems.compactMap(\.fix).filter(page.wizard.fixes.contains).count
        let rest = promised == 0 ? "" : " The run makes \(Words.count(promised, "fix", "fixes")) first."
        return open.isEmpty
            ? p(.id("verdict"), .class("success"), .role("status")) { "Nothing stands in the way." + rest }
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
            let rest = open.count { $0.fix == nil }
            if rest > 0 {
                span(.class("quiet")) { " \(Words.count(rest, "issue has", "issues have")) to be resolved by hand." }
            }
        }
    }

    private var table: HTML {
        div(.id("checks"), .class("checks")) {
            Words.table("Pre-checks", ["Result", "What was found", "Solution"]) {
                for check in checks { group(check, problems.filter { $0.check == check }) }
            }
        }
    }

    /// Where nothing is installed, what only updates ask is not asked, and not said to be well.
    private var checks: [Check] {
        let ofUpdates: Set<Check> = [.alreadyApplied, .versions, .mixedState, .licence, .diskSpace, .package]
        return Check.allCases.filter { page.wizard.purpose == .install || !ofUpdates.contains($0) }
    }

    private func group(_ check: Check, _ problems: [Problem]) -> HTML {
        if problems.isEmpty, page.wizard.hidesSuccessful { return .empty }
        let (word, look) = Self.outcome(problems, page.wizard)
        return .group([
            tr(.class("group")) {
                th(.scope("colgroup"), .colspan("3")) {
                    "\(check.title)… "
                    Words.state(word, look)
                }
            },
            .group(problems.prefix(Self.most).map(row)),
            problems.count > Self.most ? rest(problems.count - Self.most) : .empty,
        ])
    }

    /// What the head of a group says: the worst of what is left once the run has made the fixes that are promised.
    static func outcome(_ problems: [Problem], _ wizard: Wizard) -> (word: String, look: String) {
        let left = problems.filter { !isPromised($0, wizard) }
        let worst = left.map(\.severity).max()
        if left.count < problems.count, worst ?? .information == .information { return ("Will be fixed", "good") }
        return (worst?.word ?? "OK", worst?.look ?? "good")
    }

    private static func isPromised(_ problem: Problem, _ wizard: Wizard) -> Bool {
        problem.fix.map(wizard.fixes.contains) ?? false
    }

    /// More rows than this of one kind are counted: those that are shown come first, then the next.
    private static let most = 100

    private func rest(_ count: Int) -> HTML {
        tr {
            td {}
            td(.colspan("2")) {
                "And \(count) more of this kind. They are shown once those above are resolved; Fix All promises them, too, where they have a fix."
            }
        }
    }

    private func row(_ problem: Problem) -> HTML {
        let isPlanned = Self.isPromised(problem, page.wizard)
        let isNew = WizardFacts.problems([problem]).contains { page.isChanged($0.name) }
        return tr(.class(isNew ? "changed" : "")) {
            td {
                span(.class("mark " + (isPlanned ? "good" : problem.severity.look)), .aria("aria-hidden", "true")) {
                    isPlanned ? "✔" : problem.severity.mark
                }
            }
            td { problem.text }
            td {
                if let fix = problem.fix { solution(fix, isPlanned, problem) } else { offers(problem) }
            }
        }
    }

    /// The link that promises this one fix; where it is promised, what the run does then, and the way back.
    private func solution(_ fix: Fix, _ isPlanned: Bool, _ problem: Problem) -> HTML {
        guard isPlanned else { return press("fix", fix.key, fix.label, about: problem.text) }
        let undo = fix.undo.map { $0 + " " } ?? ""
        return .group([
            .text("Promised: \(fix.label). The run does this before anything else. " + undo),
            press("fix", "-" + fix.key, "Undo", about: fix.label + ". " + problem.text),
        ])
    }

    /// What the operator can say, where there is no fix: a VM that can not move is stopped only if its operator says so,
    /// here, by its name, for this run.
    private func offers(_ problem: Problem) -> HTML {
        var links: [HTML] = []
        for case .stop(let vm, _) in problem.offers {
            let name = name(ofVM: vm)
            links.append(press("consent", "suspend:" + vm, "Let the run suspend \(name)"))
            links.append(press("consent", "shutdown:" + vm, "Let the run shut \(name) down"))
        }
        if problem.check == .specification, let host = problem.host, page.wizard.excluded.contains(host) {
            links.append(press("older-master", host, "Take the risk of an older master"))
        }
        if !problem.offers.isEmpty, let host = problem.host {
            let name = page.visit.snapshot.row("host", uuid: host)?.nameLabel ?? host
            links.append(press("leave-out", host, "Leave \(name) out"))
        }
        return .group(links.map { link in div { link } })
    }

    private var consents: HTML {
        section(.id("consents")) {
            if let master = page.wizard.olderMaster, page.wizard.excluded.contains(master) {
                p(.class("warning")) {
                    "The master stays older than the other hosts, which may then not be able to talk to it. "
                    press("older-master", "none", "Undo", about: "The master stays older")
                }
            }
            for (vm, way) in page.wizard.consents.sorted(by: { $0.key < $1.key }) {
                p(.class("warning")) {
                    "VM "
                    bdi { name(ofVM: vm) }
                    " may be \(way == .suspend ? "suspended" : "shut down") "
                    "by this run if the plan needs it, and is brought back. "
                    press("consent", "none:" + vm, "Undo", about: "VM \(name(ofVM: vm)) may be stopped")
                }
            }
        }
    }

    private func name(ofVM uuid: String) -> String { page.visit.snapshot.row("VM", uuid: uuid)?.nameLabel ?? uuid }

    /// - Parameter about: what makes the link another one than those of the same name, for those who hear the page.
    private func press(_ name: String, _ value: String, _ label: String, about: String? = nil) -> HTML {
        var attributes: [Attribute] = [.type("submit"), .class("link"), .name(name), .value(value)]
        if let about { attributes.append(.aria("aria-label", "\(label): \(about)")) }
        if !page.mayChange { attributes.append(.disabled) }
        return HTML.element("button", attributes, .text(label))
    }
}

extension Fix {
    /// A name for this fix of this very host or VM.
    var key: String { String(Secret.digest("\(self)").prefix(16)) }
}
