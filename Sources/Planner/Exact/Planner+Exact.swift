/// Where the searches of small pools meet the portfolio.
extension Planner {
    private var exact: ExactSearch? {
        let limit = model.instance.parameters.maxParallel
        return ExactSearch(
            model,
            maxParallel: options.policy == .oneAtATime ? 1 : limit,
            most: options.passes.map { min(40_000, 200 * $0) } ?? 40_000
        )
    }

    /// Looks for a shorter window, for about a second.
    private var windowLooks: Int { options.passes.map { min(120_000, 80 * $0) } ?? 120_000 }

    /// What a complete search says where the portfolio found no plan, or nil when there is one or nothing to ask.
    func exactAnswer(_ portfolio: Portfolio) -> ExactSearch.Answer? {
        guard portfolio.best(.window) == nil, certificate.obstacles.isEmpty else { return nil }
        return exact?.anyPlan()
    }

    /// Why there is no plan, with what the complete search has to say of it.
    func explanation(_ portfolio: Portfolio, _ exact: ExactSearch.Answer?) -> Explanation {
        let unblocker = Unblocker(model: model, certificate: certificate)
        var explanation = unblocker.explanation(portfolio.failure, withActions: options.explains)
        explanation.looks = portfolio.pass.looks
        switch exact {
        case .impossible(let obstacle)?: explanation.proofs.append(obstacle)
        case .undecided(let looks)?: explanation.looks += looks
        default: break
        }
        return explanation
    }

    /// The plan, or a better one in what the policy is for. The search does not know the plan, so that all policies weigh the same.
    func shortened(_ planned: PlannedUpdate) -> PlannedUpdate {
        let bound = certificate.mixedSeconds
        let figures = planned.report
        guard options.shortens, options.policy != .oneAtATime, !options.goesHome, !options.levels,
            figures.mixedSeconds > bound,
            figures.stoppedVMs == 0, let shortest = exact?.shortest(bound: bound, looks: windowLooks)
        else { return planned }
        let report = shortest.report
        let isBetter =
            switch options.policy {
            case .balanced: figures.mixedSeconds * 100 > report.mixedSeconds * 105
            case .fastest: (report.mixedSeconds, report.migrations) < (figures.mixedSeconds, figures.migrations)
            case .fewestMoves: (report.migrations, report.mixedSeconds) < (figures.migrations, figures.mixedSeconds)
            case .oneAtATime: false
            }
        guard isBetter else { return planned }
        var better = planned
        better.plan = shortest.plan
        better.report = report
        better.waves = Wave.waves(of: shortest.plan, in: model.instance)
        better.preparedHosts = prepared(shortest.plan)
        better.certificate = certificate.without(refutedBy: report)
        return better
    }

    /// A plan of the complete search with what goes with it.
    func described(_ plan: UpdatePlan, _ report: PlanReport, _ portfolio: Portfolio) -> PlannedUpdate {
        let planned = PlannedUpdate(
            plan: plan,
            report: report,
            certificate: certificate.without(refutedBy: report),
            waves: Wave.waves(of: plan, in: model.instance),
            curve: [],
            preparedHosts: prepared(plan),
            passes: portfolio.passes,
            looks: portfolio.pass.looks,
            policy: options.policy
        )
        return shortened(planned)
    }

    /// Hosts that are empty when the first one goes down.
    private func prepared(_ plan: UpdatePlan) -> Int {
        var places: [String: String] = [:]
        for vm in model.instance.vms { places[vm.id] = vm.host }
        let first =
            plan.steps.compactMap { step in if case .update = step.action { step.start } else { nil } }.min() ?? 0
        for step in plan.steps.sorted(by: { $0.start < $1.start }) where step.start < first {
            if case .migrate(let vm, _, let to) = step.action { places[vm] = to }
        }
        let used = Set(places.values)
        return model.instance.hosts.count { !used.contains($0.id) }
    }
}
