/// Plans the update of a pool: which hosts go down when, and which VM moves where before that.
///
/// Planning is pure. The same instance, options and number of passes give the same plan on every machine; when
/// `shouldContinue` ends the search by the clock, the plan depends on how far it got.
public struct Planner {
    /// What is wanted after a plan without violations.
    public enum Policy: String, Sendable, CaseIterable {
        /// The fewest prepared hosts, hence few moves, within 5 % of the shortest mixed state that was found.
        case balanced
        /// The shortest mixed state.
        case fastest
        /// The fewest live migrations.
        case fewestMoves = "fewest-moves"
        /// One host down at a time.
        case oneAtATime = "one-at-a-time"
    }

    /// How to plan.
    public struct Options: Sendable {
        public var policy = Policy.balanced
        /// Chooses among equally good searches.
        public var seed: UInt64 = 1
        /// Most passes of the search; nil chooses by the size of the pool, for one to four seconds.
        public var passes: Int?
        /// Ids of VMs that may be stopped for the whole window when there is no plan otherwise. Their `stop` policy
        /// must allow it.
        public var consent: Set<String> = []
        /// Whether VMs move back to where they were after the window.
        public var goesHome = false
        /// Whether VMs move from fuller hosts to emptier ones after the window. Going home comes before it.
        public var levels = false
        /// Whether a search without a plan goes on to look for what would make one possible.
        public var explains = true
        /// Whether small pools are gone through for a shorter window, for seconds; not with ``goesHome`` or ``levels``.
        public var shortens = false

        /// The defaults.
        public init() {}
    }

    /// What came out.
    public enum Result: Sendable {
        case planned(PlannedUpdate)
        case impossible(Explanation)
    }

    /// Plans a pool. `shouldContinue` is asked between passes; the first plan is looked for in any case.
    public static func plan(
        _ instance: UpdateInstance,
        options: Options = Options(),
        shouldContinue: @escaping () -> Bool = { true }
    ) throws(InputError) -> Result {
        try instance.validate()
        let model = Model(instance)
        let certificate = LowerBounds.certificate(model)
        let planner = Planner(model: model, certificate: certificate, options: options, shouldContinue: shouldContinue)
        return planner.run()
    }

    let model: Model
    let certificate: Certificate
    let options: Options
    let shouldContinue: () -> Bool

    private func run() -> Result {
        let result = search()
        guard case .planned(var planned) = result else { return result }
        planned.leftOut = Unblocker(model: model, certificate: certificate).leftOut(withActions: options.explains)
        return .planned(planned)
    }

    private func search() -> Result {
        guard model.updates.contains(true) else { return .planned(nothingToDo()) }
        var portfolio = search(setAside: [])
        let exact = exactAnswer(portfolio)
        if case .plan(let plan, let report)? = exact { return .planned(described(plan, report, portfolio)) }
        var stopped: [Int32] = []
        if portfolio.best(.window) == nil, !options.consent.isEmpty {
            let unblocker = Unblocker(model: model, certificate: certificate)
            let consented = (0..<model.vmCount).filter {
                options.consent.contains(model.instance.vms[Int($0)].id) && model.stop[Int($0)] != .never
            }
            if let stops = unblocker.smallestStops(among: consented) {
                stopped = stops
                portfolio = search(setAside: stops)
            }
        }
        if let planned = chosen(&portfolio, stopped) { return .planned(stopped.isEmpty ? shortened(planned) : planned) }
        return .impossible(explanation(portfolio, exact))
    }

    private var passLimit: Int { isProvedImpossible ? min(fullPassLimit, 8) : fullPassLimit }

    private var fullPassLimit: Int {
        if let passes = options.passes { return passes }
        let size = max(1, Int(model.vmCount) + Int(model.hostCount))
        // In pools of many equal chains the last few hosts decide: searching on is worth up to five seconds there.
        var budget = model.hostCount >= 512 && size <= 60_000 ? 3_500_000 : 1_500_000
        // Of unequal hosts there are more ways to choose the first and the last.
        if Set(model.capacity).count > 1 { budget += budget / 4 }
        if isSmall { return min(20_000, 2_500_000 / size) }
        return min(12_000, max(model.vmCount > 300_000 ? 8 : 14, budget / size))
    }

    /// Whether a search could only find out where it gets stuck. With a deadline hosts may stay as they are, and the proofs do
    /// not hold for that.
    private var isProvedImpossible: Bool {
        !certificate.obstacles.isEmpty && model.instance.parameters.finishBy == nil
    }

    /// Looks of a search, for about one and a half seconds in small pools and three in large ones.
    private static let mostLooks = (small: 90_000_000, large: 120_000_000)

    private func search(setAside: [Int32]) -> Portfolio {
        let limit = setAside.isEmpty ? passLimit : fullPassLimit
        let looks =
            options.passes != nil ? Int.max : model.hostCount > 512 ? Self.mostLooks.large : Self.mostLooks.small
        let lowerBound = setAside.isEmpty ? certificate.mixedSeconds : 0
        var portfolio = Portfolio(
            model,
            lowerBound: lowerBound,
            seed: options.seed,
            limit: .init(recipes: max(8, limit), looks: looks),
            shouldContinue: shouldContinue
        )
        var base = Recipe()
        base.maxParallel = model.instance.parameters.maxParallel
        base.ending = options.goesHome ? .home : .stay
        base.setAside = setAside
        switch options.policy {
        case .balanced: searchWindow(&portfolio, base, goesOn: isSmall)
        case .fastest: searchWindow(&portfolio, base, goesOn: true)
        case .fewestMoves:
            // Whatever another policy finds must not be better than this one in what this one is for.
            if isSmall { searchWindow(&portfolio, base, goesOn: true) }
            portfolio.allow(1)
            portfolio.sweepForMoves(base)
            if let best = portfolio.best(.moves) {
                portfolio.improve(best, until: portfolio.effort(after: 400), goal: .moves)
            }
        case .oneAtATime:
            base.maxParallel = 1
            portfolio.sweepForMoves(base)
            if let best = portfolio.best(.window) { portfolio.improve(best, until: portfolio.effort(after: 400)) }
        }
        return portfolio
    }

    /// The search of the default; the one for the shortest window does the same first and then goes on, so that it can not end
    /// with a longer one. In small pools both are one search, and the default's window is within its 5 % of the shortest.
    private func searchWindow(_ portfolio: inout Portfolio, _ base: Recipe, goesOn: Bool) {
        portfolio.sweep(base)
        portfolio.improveWindow(until: 0.75)
        if let fewest = fewest(portfolio) { portfolio.improve(fewest, until: 1) }
        guard goesOn, !portfolio.curve.isEmpty else { return }
        portfolio.allow(0.5)
        portfolio.improveWindow(until: 1.5)
    }

    private var isSmall: Bool { model.hostCount <= 16 }

    /// The default's choice: the tolerance of 5 % is used only as far as the plan keeps the promised ratio to the bound.
    private func fewest(_ portfolio: Portfolio) -> Portfolio.Candidate? {
        portfolio.fewestPrepared(tolerance: 5, promised: certificate.fastSeconds * promisedPercent / 100)
    }

    /// 110 % of the bound up to 16 hosts, 120 % above, 125 % when more than 85 % of the memory is in use.
    private var promisedPercent: Int {
        if isSmall { return 110 }
        return model.totalMemory * 100 > model.totalCapacity * 85 ? 125 : 120
    }

    private func chosen(_ portfolio: inout Portfolio, _ stopped: [Int32]) -> PlannedUpdate? {
        let candidate: Portfolio.Candidate?
        switch options.policy {
        case .fastest: candidate = portfolio.best(.window)
        case .balanced: candidate = fewest(portfolio)
        case .fewestMoves: candidate = portfolio.best(.moves)
        case .oneAtATime: candidate = portfolio.best(.window)
        }
        let checker = PlanChecker(model.instance)
        var choices = portfolio.curve.values.sorted { Portfolio.isBetter($0.outcome, $1.outcome, .window) }
        if let candidate { choices.insert(candidate, at: 0) }
        for var choice in choices {
            // Levelling begins when the window is over, so it needs no part in the search.
            if options.levels, !options.goesHome { choice.recipe.ending = .level }
            guard portfolio.pass.run(choice.recipe).solved else { continue }
            let plan = portfolio.pass.plan()
            let report = checker.check(plan)
            guard report.isValid else { continue }
            // The bounds are about plans that update every host and stop no VM.
            let isWhole = stopped.isEmpty && report.hostsLeft == 0
            return PlannedUpdate(
                plan: plan,
                report: report,
                certificate: isWhole ? certificate.without(refutedBy: report) : Certificate(),
                waves: Wave.waves(of: plan, in: model.instance),
                curve: portfolio.points(),
                preparedHosts: choice.outcome.prepared,
                passes: portfolio.passes,
                looks: portfolio.pass.looks,
                policy: options.policy
            )
        }
        return nil
    }

    private func nothingToDo() -> PlannedUpdate {
        let plan = UpdatePlan(planner: "pitstop cascade", instance: model.instance.name)
        return PlannedUpdate(
            plan: plan,
            report: PlanChecker.check(plan, for: model.instance),
            certificate: certificate,
            waves: [],
            curve: [],
            preparedHosts: 0,
            passes: 0,
            policy: options.policy
        )
    }
}

extension Planner {
    /// The lower bounds of a pool, or the proof that it has no plan, without planning.
    public static func certificate(of instance: UpdateInstance) throws(InputError) -> Certificate {
        try instance.validate()
        return LowerBounds.certificate(Model(instance))
    }

    /// How many plans of a search the checker refuses, for tests: it must be none.
    static func refusedPlans(_ instance: UpdateInstance, passes: Int) throws(InputError) -> Int {
        try instance.validate()
        let model = Model(instance)
        var portfolio = Portfolio(model, lowerBound: 0, seed: 1, limit: .init(recipes: passes)) { true }
        var base = Recipe()
        base.maxParallel = instance.parameters.maxParallel
        portfolio.sweep(base)
        let checker = PlanChecker(instance)
        return portfolio.curve.values.count { candidate in
            _ = portfolio.pass.run(candidate.recipe)
            return !checker.check(portfolio.pass.plan()).isValid
        }
    }
}
