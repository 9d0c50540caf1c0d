import PoolDatabase
import PoolRollout
import Rollout

/// A step of the wizard as a page: the steps on the left, the step's own content, and the buttons.
struct WizardPage: Sendable {
    let visit: Visit
    let wizard: Wizard
    let step: Wizard.Step
    /// The problem that kept the reader from going on, where there is one.
    var problem: String? { visit.query["problem"] }
    var mayChange: Bool { visit.signedIn.mayOperate && wizard.run == nil }

    static func make(_ visit: Visit) async throws(PageError) -> Page {
        guard let wizard = await visit.console.wizards[visit.parameter("wizard")],
            let step = Wizard.Step(rawValue: visit.parameter("step")), wizard.steps.contains(step)
        else { throw .notFound }
        // A step that the answers do not lead to yet shows the furthest that they do.
        let shown = min(step, wizard.reached)
        let page = WizardPage(visit: visit, wizard: wizard, step: shown)
        var facts = page.facts.all
        let content: HTML
        switch shown {
        case .beforeYouStart: content = BeforeYouStart(page: page).content
        case .selectUpdate: content = try await SelectUpdate(page: page).content()
        case .selectServers: content = SelectServers(page: page).content
        case .prechecks:
            let problems = try await PrecheckStep.problems(wizard, visit.console, asks: page.mayChange)
            facts += WizardFacts.problems(problems) + [WizardFacts.offers(problems)]
            content = PrecheckStep(page: page, problems: problems).content
        case .updateMode:
            let plan = try await UpdateModeStep.plan(wizard, visit.console)
            facts += plan.map { [WizardFacts.plan($0)] } ?? []
            content = UpdateModeStep(page: page, plan: plan).content
        case .install:
            let run = try await page.run()
            facts += RunFacts(run, visit.snapshot).all
            content = await InstallStep(page: page, run: run).content()
        case .finish: content = FinishStep(page: page, run: try await page.run()).content
        }
        return Page(
            title:
                "\(shown.title(of: wizard.purpose)) — \(wizard.purpose == .install ? "Install Update" : "Rolling Restart")",
            section: .runs,
            body: page.frame(content),
            facts: facts,
            tellsHolds: shown == .install
        )
    }

    private var facts: WizardFacts { WizardFacts(wizard: wizard, snapshot: visit.snapshot) }

    /// The run that the wizard has led to.
    private func run() async throws(PageError) -> RunDetails {
        guard let id = wizard.run else { throw .notFound }
        return try await RunPage.details(id, visit)
    }

    /// Whether the reader was told that this has changed.
    func isChanged(_ fact: String) -> Bool {
        (visit.query["changed"] ?? "").split(separator: ",").contains { $0 == fact }
    }

    private func frame(_ content: HTML) -> HTML {
        div(.class("wizard")) {
            nav(.class("steps"), .aria("aria-label", "Steps of the wizard")) {
                ol { for (number, step) in wizard.steps.enumerated() { item(step, number + 1) } }
            }
            div {
                // The keyboard begins here: the steps' links are before it.
                h1(.tabindex("-1"), .autofocus) { title(step) }
                content
            }
        }
    }

    private func title(_ step: Wizard.Step) -> String { step.title(of: wizard.purpose) }

    private func item(_ other: Wizard.Step, _ number: Int) -> HTML {
        if other == step {
            return li(.class("here"), .aria("aria-current", "step")) { "\(number). \(title(other))" }
        }
        guard other <= wizard.reached else { return li { "\(number). \(title(other))" } }
        return li(.class(other < step ? "past" : "")) {
            a(.href(wizard.path(other))) { "\(other < step ? "✓" : "\(number).") \(title(other))" }
        }
    }

    /// The form of a step. Its answers are kept as they are given, and with every button.
    ///
    /// - Parameter more: what it shows besides the wizard's answers.
    func form(
        _ next: String,
        isBlocked: Bool = false,
        showing more: [Shown.Fact] = [],
        @HTMLBuilder content: () -> HTML
    ) -> HTML {
        let inner = content()
        var shown = facts.shown(on: step)
        shown.facts += more
        return post(
            to: "/do/install/\(wizard.id)/\(step.rawValue)",
            shown,
            .id("step"),
            .data("data-keep", "yes")
        ) {
            inner
            problemOfKeeping
            buttons(next, isBlocked)
            signOfWork
        }
    }

    /// Where the page's script says why an answer could not be kept.
    private var problemOfKeeping: HTML { p(.id("problem-keep"), .class("error"), .role("alert")) }

    /// What the page's script says where an answer takes its time.
    private var signOfWork: HTML {
        let text =
            [.selectServers, .prechecks, .updateMode].contains(step)
            ? "Every host, the package and the planner are being asked: on a large pool this takes some seconds."
            : "One moment."
        return p(.class("quiet"), .role("status"), .data("data-working", text))
    }

    private func buttons(_ next: String, _ isBlocked: Bool) -> HTML {
        let off: [Attribute] = mayChange ? [] : [.disabled]
        return div(.class("buttons")) {
            if !visit.signedIn.mayOperate {
                span(.class("quiet")) { "Your role may look at this wizard, and not go on with it." }
            }
            // The first button of a form is what Enter presses; the style sheet puts Previous before it.
            go("next", next, [.class("primary")] + (isBlocked ? [.disabled] : off))
            if wizard.previous(before: step) != nil { go("previous", "‹ Previous", [.class("previous")] + off) }
            go("cancel", "Cancel", off)
        }
    }

    private func go(_ value: String, _ label: String, _ more: [Attribute]) -> HTML {
        .element("button", [.type("submit"), .name("go"), .value(value)] + more, .text(label))
    }

    /// A message beside the field that it is about.
    func message(_ code: String, _ text: String) -> HTML {
        guard problem == code else { return .empty }
        return p(.id("problem-" + code), .class("error"), .role("alert")) { text }
    }
}
