/// What the complete searches of small pools find: a plan where the search by rules found none, a proof that there is none, or
/// a plan with a shorter window. All work is counted, so that two runs are equal.
struct ExactSearch {
    enum Answer {
        case plan(UpdatePlan, PlanReport)
        case impossible(Certificate.Obstacle)
        /// Nothing, after so many looks.
        case undecided(looks: Int)
    }

    let pool: SmallPool
    /// States that may be looked at.
    let most: Int

    /// Nil for pools that are not small.
    init?(_ model: Model, maxParallel: Int, most: Int) {
        guard let pool = SmallPool(model, maxParallel: maxParallel) else { return nil }
        self.pool = pool
        self.most = most
    }

    /// Any plan, or a proof that there is none.
    func anyPlan() -> Answer {
        if let proof = ProofSearch(pool: pool).run(), let obstacle = checked(proof) { return .impossible(obstacle) }
        var steps = StepSearch(pool)
        // First a short look, for pools that are so small that this is all there is.
        var result = steps.run(most: most / 8)
        var looks = steps.looks
        if case .unfinished = result {
            var stages = StageSearch(pool, most: most)
            if let found = stages.run(), let answer = judged(found) { return answer }
            looks += stages.looks
            steps = StepSearch(pool)
            result = steps.run(most: most)
            looks += steps.looks
        }
        switch result {
        case .found(let found): return judged(found) ?? .undecided(looks: looks)
        case .exhausted(let states):
            if let obstacle = checked(.closed(states)) { return .impossible(obstacle) }
            return .undecided(looks: looks)
        case .unfinished: return .undecided(looks: looks)
        }
    }

    /// The shortest window that the search finds, for tiny pools.
    func shortest(bound: Int, looks: Int) -> (plan: UpdatePlan, report: PlanReport, isOptimal: Bool)? {
        guard var search = WindowSearch(pool, bound: bound, most: looks), let result = search.run(),
            case .plan(let plan, let report)? = judged(result.steps)
        else { return nil }
        return (plan, report, result.isOptimal && report.mixedSeconds <= result.seconds)
    }

    private func judged(_ steps: [SmallPool.Step]) -> Answer? {
        guard let plan = Timetable(pool: pool).plan(steps) else { return nil }
        let report = PlanChecker.check(plan, for: pool.model.instance)
        return report.isValid ? .plan(plan, report) : nil
    }

    private func checked(_ proof: ImpossibilityProof) -> Certificate.Obstacle? {
        guard let argument = ProofChecker(instance: pool.model.instance).argument(proof) else { return nil }
        return Certificate.Obstacle(kind: .exact, argument: argument)
    }
}
