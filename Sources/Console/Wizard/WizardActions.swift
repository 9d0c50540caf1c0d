import Datamodel
import Hummingbird
import PoolDatabase
import PoolRollout
import Rollout
import XenAPI

/// What the wizard's buttons do.
extension ActionDoor {
    func addWizardActions(to router: Router<BasicRequestContext>) {
        post("install", .poolOperator, router, shows: Self.chosenUpdate) { action throws(PageError) in
            let wizard = try await action.console.wizards.begin(by: action.signedIn.user)
            let update = action.form["update"]
            if !update.isEmpty {
                try await action.console.wizards.change(wizard.id) {
                    $0.update = update; $0.reached = .selectUpdate
                }
                return Answer.seeOther(wizard.path(.selectUpdate))
            }
            return Answer.seeOther(wizard.path(.beforeYouStart))
        }
        post("restart", .poolOperator, router, shows: Self.nothing) { action throws(PageError) in
            let wizard = try await action.console.wizards.begin(by: action.signedIn.user, .restart)
            return Answer.seeOther(wizard.path(.beforeYouStart))
        }
        post("install/:wizard/:step", .poolOperator, router, shows: Self.step) { action throws(PageError) in
            try await WizardTurn(action).answer()
        }
    }

    /// The update that a wizard is to begin with, where its button names one.
    private static func chosenUpdate(_ action: Action) throws(PageError) -> (page: String, shown: Shown) {
        let uuid = action.form["update"]
        guard !uuid.isEmpty else { return ("/", .nothing) }
        guard let patch = action.snapshot.row("pool_patch", uuid: uuid) else { throw .notFound }
        var shown = Shown([UpdateStatus.fact(patch, action.snapshot)])
        shown.mayBeLeftOut = true
        return ("/updates/" + uuid, shown)
    }

    private static func nothing(_ action: Action) throws(PageError) -> (page: String, shown: Shown) { ("/", .nothing) }

    private static func step(_ action: Action) async throws(PageError) -> (page: String, shown: Shown) {
        let turn = try await WizardTurn(action)
        return (turn.wizard.path(turn.step), try await turn.shown())
    }
}

/// One posted step: keeps its answers, then goes where the pressed button leads, if the answers allow it.
struct WizardTurn: Sendable {
    let action: Action
    let wizard: Wizard
    let step: Wizard.Step
    private var wizards: WizardStore { action.console.wizards }
    private var form: Form { action.form }

    init(_ action: Action) async throws(PageError) {
        guard let wizard = await action.console.wizards[action.parameters["wizard"] ?? ""],
            let step = Wizard.Step(rawValue: action.parameters["step"] ?? ""), wizard.steps.contains(step)
        else { throw .notFound }
        (self.action, self.wizard, self.step) = (action, wizard, step)
    }

    /// What the form would show now. What only one button goes by is looked at only for that button.
    func shown() async throws(PageError) -> Shown {
        var shown = WizardFacts(wizard: wizard, snapshot: action.snapshot).shown(on: step)
        guard wizard.run == nil else { return .nothing }
        switch (step, form["go"]) {
        case (.prechecks, "next"):
            shown.facts += WizardFacts.problems(try await PrecheckStep.problems(wizard, action.console, asks: true))
        case (.prechecks, _) where form["fix"] == "all":
            shown.facts.append(
                WizardFacts.offers(try await PrecheckStep.problems(wizard, action.console, asks: false))
            )
        case (.updateMode, "next") where wizard.mode == .automatic:
            // A plan that is still being made was not shown to anybody.
            guard let plan = try await UpdateModeStep.plan(wizard, action.console) else { break }
            if Shown.names(in: form).contains("plan") { shown.facts.append(WizardFacts.plan(plan)) }
        default: break
        }
        return shown
    }

    func answer() async throws(PageError) -> Response {
        let go = form["go"]
        if let run = wizard.run { return Answer.seeOther(go == "next" ? wizard.path(.install) : "/runs/" + run) }
        // A step that the answers do not lead to yet has not been shown.
        guard step <= wizard.reached else { return Answer.seeOther(wizard.path(wizard.reached)) }
        if go == "cancel" {
            try await wizards.remove(wizard.id)
            return Answer.seeOther("/runs")
        }
        do throws(PageError) { try await keep() } catch {
            // The page's script shows this beside the buttons, and goes on trying with the next answer.
            guard go == "stay" else { throw error }
            return Answer.text("\(error.title). \(error.text)", status: error.status)
        }
        if go == "again" { await action.console.services.rollouts.forgetAnswers() }
        switch go {
        case "stay": return Answer.text("kept", status: 200)
        case "previous": return Answer.seeOther(wizard.path(wizard.previous(before: step) ?? step))
        case "next":
            guard let kept = await wizards[wizard.id] else { throw .notFound }
            // Somebody else may have answered in this very moment.
            let changes = WizardFacts(wizard: kept, snapshot: action.snapshot).shown(on: step).changes(since: form)
            guard changes.isEmpty else { return Answer.seeOther(Page.path(wizard.path(step), changed: changes)) }
            // What an earlier step asked for has to be so still.
            let earlier = [Wizard.Step.selectUpdate, .selectServers].filter {
                $0 < self.step && kept.steps.contains($0)
            }
            for step in earlier + [step] {
                if let problem = try await obstacle(kept, at: step) { return stay(problem, at: step) }
            }
            return try await goOn(kept)
        default: return stay(nil, at: step)
        }
    }

    private func stay(_ problem: String?, at step: Wizard.Step) -> Response {
        Answer.seeOther(wizard.path(step) + (problem.map { "?problem=\($0)#problem-\($0)" } ?? ""))
    }

    /// Writes down what the form says, also what can not be used as it is.
    private func keep() async throws(PageError) {
        let (form, step) = (form, step)
        let hosts = HostOrder.hosts(action.snapshot)
        let now = action.console.now()
        let fixes = step == .prechecks ? try await fixes() : nil
        let snapshot = action.snapshot
        let leftOut = hosts.contains { $0.uuid == form["leave-out"] }
        let shown = Shown.names(in: form)
        try await wizards.change(wizard.id) { wizard in
            switch step {
            case .selectUpdate: wizard.take(update: form["update"], claims: form["claims"])
            case .selectServers:
                let status = wizard.update.flatMap { snapshot.row("pool_patch", uuid: $0) }
                    .map { UpdateStatus($0, hosts, snapshot) }
                let open = hosts.filter { SelectServers.note($0, status, snapshot) == nil }
                // A box that is not ticked means something only where the box was shown.
                let offered = open.map(\.uuid).filter { shown.contains(WizardFacts.name(ofHost: $0)) }
                wizard.excluded.formIntersection(open.map(\.uuid))
                wizard.excluded.formUnion(offered)
                wizard.excluded.subtract(form.all("host"))
            case .prechecks:
                wizard.hidesSuccessful = form.has("hide")
                if let fixes { wizard.fixes = fixes }
                wizard.take(consent: form["consent"])
                if leftOut { wizard.excluded.insert(form["leave-out"]) }
                if form.has("older-master") {
                    let host = form["older-master"]
                    wizard.olderMaster = wizard.excluded.contains(host) ? host : nil
                }
            case .updateMode: wizard.take(mode: form, now: now)
            default: break
            }
        }
    }

    /// The fixes that the run is to make, after a press on a link of the pre-checks.
    private func fixes() async throws(PageError) -> Set<Fix>? {
        let key = form["fix"]
        guard !key.isEmpty else { return nil }
        let problems = try await PrecheckStep.problems(wizard, action.console, asks: false)
        let offered = problems.compactMap(\.fix)
        // A promise for something that is no problem any more is none.
        let promised = wizard.fixes.intersection(offered)
        // What somebody has decided on purpose takes a press of its own.
        if key == "all" { return promised.union(offered.filter(\.isRoutine)) }
        if key.hasPrefix("-") { return promised.filter { $0.key != key.dropFirst() } }
        return promised.union(offered.filter { $0.key == key })
    }

    /// What keeps the wizard from going on, as the name of the message beside it.
    private func obstacle(_ wizard: Wizard, at step: Wizard.Step) async throws(PageError) -> String? {
        let snapshot = action.snapshot
        let hosts = HostOrder.hosts(snapshot)
        let status = wizard.update.flatMap { snapshot.row("pool_patch", uuid: $0) }
            .map { UpdateStatus($0, hosts, snapshot) }
        switch step {
        case .selectUpdate:
            guard let status, status.hasFile, status.reach != .fully else { return "no-update" }
            return wizard.acknowledged == status.digest ? nil : "claims"
        case .selectServers:
            let left = hosts.filter {
                SelectServers.note($0, status, snapshot) == nil && !wizard.excluded.contains($0.uuid)
            }
            return left.isEmpty ? "no-hosts" : nil
        case .prechecks, .updateMode:
            if step == .updateMode, wizard.mode == .automatic, wizard.unusableFinishBy != nil { return "finish-by" }
            if step == .updateMode, wizard.further.problem(of: wizard.options, now: action.console.now()) {
                return "further"
            }
            let problems = try await PrecheckStep.problems(wizard, action.console, asks: true)
            let open = PrecheckStep.open(problems, wizard)
            return open.isEmpty ? nil : step == .prechecks ? "blocked" : "refused"
        default: return nil
        }
    }

    /// What the run is asked for; where a plan was shown, just the run that it was made for.
    private func options(of wizard: Wizard) -> RunOptions {
        var options = wizard.options
        if wizard.mode == .automatic, form.has("expecting") { options.expecting = form["expecting"] }
        return options
    }

    private func goOn(_ wizard: Wizard) async throws(PageError) -> Response {
        guard step == .updateMode else {
            let next = wizard.next(after: step)
            try await wizards.change(wizard.id) { $0.reached = max($0.reached, next) }
            return Answer.seeOther(wizard.path(next))
        }
        let run: String
        let options = options(of: wizard)
        do throws(APIError) {
            let update = wizard.update.flatMap { action.snapshot.row("pool_patch", uuid: $0)?.nameLabel } ?? ""
            let subject = wizard.purpose == .install ? "pool_patch \(update)" : "a rolling restart"
            run = try await action.audited("rollout.start", about: subject) {
                () async throws(APIError) in
                try await action.console.services.rollouts.start(options, by: action.signedIn.user)
            }
        } catch {
            if error.code == "ROLLOUT_CHANGED" {
                await action.console.plans.forget()
                return Answer.seeOther(wizard.path(step) + "?changed=plan")
            }
            guard error.code == "ROLLOUT_ACTIVE" || error.code == "ROLLOUT_PRECHECK_FAILED" else {
                throw PageError(error)
            }
            return stay(error.code == "ROLLOUT_ACTIVE" ? "busy" : "refused", at: step)
        }
        try await wizards.change(wizard.id) { wizard in
            wizard.run = run
            wizard.reached = .finish
        }
        return Answer.seeOther(wizard.path(.install))
    }
}
