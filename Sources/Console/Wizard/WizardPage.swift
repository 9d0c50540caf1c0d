import PoolDatabase

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
            let step = Wizard.Step(rawValue: visit.parameter("step"))
        else { throw .notFound }
        // A step that the answers do not lead to yet shows the furthest that they do.
        let shown = min(step, wizard.reached)
        let page = WizardPage(visit: visit, wizard: wizard, step: shown)
        let content: HTML =
            switch shown {
            case .beforeYouStart: BeforeYouStart(page: page).content
            case .selectUpdate: try await SelectUpdate(page: page).content()
            case .selectServers: SelectServers(page: page).content
            case .prechecks: try await PrecheckStep(page: page).content()
            case .updateMode: try await UpdateModeStep(page: page).content()
            case .install: try await InstallStep(page: page).content()
            case .finish: try await FinishStep(page: page).content()
            }
        return Page(title: "\(shown.title) — Install Update", section: .runs, body: page.frame(content))
    }

    private func frame(_ content: HTML) -> HTML {
        div(.class("wizard")) {
            nav(.class("steps"), .aria("aria-label", "Steps of the wizard")) {
                ol { for step in Wizard.Step.allCases { item(step) } }
            }
            div {
                h1 { step.title }
                content
            }
        }
    }

    private func item(_ other: Wizard.Step) -> HTML {
        if other == step {
            return li(.class("here"), .aria("aria-current", "step")) { "\(other.number + 1). \(other.title)" }
        }
        guard other <= wizard.reached else { return li { "\(other.number + 1). \(other.title)" } }
        return li(.class(other < step ? "past" : "")) {
            a(.href(wizard.path(other))) { "\(other < step ? "✓" : "\(other.number + 1).") \(other.title)" }
        }
    }

    /// The form of a step. Its answers are kept as they are given, and with every button.
    func form(_ next: String, isBlocked: Bool = false, @HTMLBuilder content: () -> HTML) -> HTML {
        let inner = content()
        return HTML.element(
            "form",
            [
                .method("post"), .action("/do/install/\(wizard.id)/\(step.rawValue)"), .id("step"),
                .data("data-keep", "yes"),
            ],
            .group([HTML.token, inner, problemOfKeeping, buttons(next, isBlocked), signOfWork])
        )
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
            if step.previous != nil { go("previous", "‹ Previous", [.class("previous")] + off) }
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
