import Rollout

/// Everything that a run would ask before it begins, asked without beginning one: the run's own machine is taken as far as
/// its first decision, so that what is shown before and what the run finds are the same.
struct Survey: Sendable {
    /// What was found.
    struct Findings: Sendable {
        var problems: [Problem]
        /// Those that only asking could find: of packages, scripts and the planner.
        var asked: [Problem]
    }

    let spec: RunSpec
    let performer: PoolPerformer
    /// Seconds since the epoch.
    let now: @Sendable () -> Int64

    /// Asks. Nothing is changed, though package programs and scripts run.
    ///
    /// - Returns: nil where the pool can not be looked at.
    func findings() async -> Findings? {
        await withTaskGroup(of: (OperationID, Outcome).self) { group in
            var machine = RolloutMachine()
            var seen: PoolView?
            func take(_ input: Input) {
                let effects = machine.handle(input)
                guard Self.isSurveying(machine) else { return }
                for effect in effects { group.addTask { (effect.id, await performer.perform(effect)) } }
            }
            take(.start(spec, at: moment))
            while Self.isSurveying(machine), let (id, outcome) = await group.next() {
                if case .pool(let view) = outcome { seen = view }
                take(.result(id, outcome, at: moment))
            }
            guard let seen, !Self.isSurveying(machine) else { return nil }
            let plain = Set(Prechecks.problems(seen, spec))
            return Findings(problems: machine.problems, asked: machine.problems.filter { !plain.contains($0) })
        }
    }

    private static func isSurveying(_ machine: RolloutMachine) -> Bool {
        // A run for later has looked when it turns to waiting.
        machine.stage == .surveying && machine.holds.isEmpty && !machine.isScheduled
    }

    private var moment: Moment { Moment(wall: now(), steady: 0) }
}

/// Surveys, one after another: two at once would be in each other's way on the hosts. What was found is kept for as long as
/// the pool is the same, because pages ask at every change.
actor Surveys {
    private struct Question: Hashable {
        var spec: RunSpec
        var view: PoolView
    }

    private struct Kept {
        var asked: [Problem]
        var made: ContinuousClock.Instant
    }

    private var kept: [Question: Kept] = [:]
    private var underWay: [Question: Task<[Problem]?, Never>] = [:]
    private var last: Task<[Problem]?, Never>?
    /// After this long packages and scripts are asked again although the pool is the same.
    private static let freshness = Duration.seconds(60)
    /// And after this long where something was found: whoever puts it right asks again, and the pool's rows may not show it.
    private static let freshnessOfProblems = Duration.seconds(5)

    /// What asking finds.
    ///
    /// - Parameters:
    ///   - view: the pool as it is.
    ///   - patience: how long to wait for the answers.
    /// - Returns: nil where they do not come in that time; they are waited for all the same, and kept.
    func asked(_ survey: Survey, _ view: PoolView, patience: Duration) async -> [Problem]? {
        let question = Question(spec: survey.spec, view: view.withoutFigures)
        let end = ContinuousClock.now + patience
        begin(question, survey)
        while underWay[question] != nil {
            // Who asks no longer does not wait, either.
            guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(20))) != nil else { return nil }
        }
        return kept[question]?.asked
    }

    /// Has everything asked again the next time.
    func forget() { kept = [:] }

    /// Waits until no survey is under way.
    func idle() async { _ = await last?.value }

    private func begin(_ question: Question, _ survey: Survey) {
        if let known = kept[question] {
            let isBlocked = known.asked.contains { $0.severity == .blocking }
            if ContinuousClock.now - known.made < (isBlocked ? Self.freshnessOfProblems : Self.freshness) { return }
        }
        guard underWay[question] == nil else { return }
        let before = last
        let task = Task { () -> [Problem]? in
            _ = await before?.value
            let asked = await survey.findings()?.asked
            finish(question, asked)
            return asked
        }
        underWay[question] = task
        last = task
    }

    private func finish(_ question: Question, _ asked: [Problem]?) {
        underWay[question] = nil
        if kept.count > 32 { kept = [:] }
        kept[question] = asked.map { Kept(asked: $0, made: .now) }
    }
}

extension PoolView {
    /// The pool without what changes from second to second and decides nothing.
    fileprivate var withoutFigures: PoolView {
        var view = self
        view.taken = 0
        for index in view.hosts.indices {
            view.hosts[index].freeBytes = 0
            view.hosts[index].clockSkew = 0
        }
        return view
    }
}
