/// How long the rest of a run takes, as it was planned.
extension RolloutMachine {
    /// When something is expected, in seconds from now.
    public struct Expectation: Codable, Hashable, Sendable {
        public var start: Int
        public var end: Int
    }

    /// Seconds until the plan's last step is over, as planned: what is furthest behind its time puts off all that follows.
    ///
    /// - Parameter now: seconds since the epoch.
    /// - Returns: nil where nobody can say: before there is a plan, after it, and while the run waits for somebody.
    public func remainingSeconds(now: Int64) -> Int? {
        guard let delay = position(now: now), let plan = active?.plan else { return nil }
        let last = plan.steps.map(\.end).max() ?? 0
        return last - delay + pauses
    }

    /// When hosts that are still to go down are expected to, and to be back.
    ///
    /// - Parameter now: seconds since the epoch.
    public func expectations(now: Int64) -> [String: Expectation] {
        guard let position = position(now: now), let active else { return [:] }
        let beginnings = beginnings
        var found: [String: Expectation] = [:]
        for (index, step) in active.plan.steps.enumerated() where !active.isDone[index] {
            guard case .update(let host) = step.work, beginnings[step.work] == nil else { continue }
            let pauses = soak * max(0, step.wave - active.wave)
            found[host] = Expectation(
                start: max(0, step.start - position) + pauses,
                end: max(0, step.end - position) + pauses
            )
        }
        return found
    }

    /// The moment of the plan at which the run is, in seconds from the plan's start.
    private func position(now: Int64) -> Int? {
        guard let active, active.hasRest, pausedBy == nil, waitsFor.isEmpty, !stage.isEnded else { return nil }
        let beginnings = beginnings
        return zip(active.plan.steps, active.isDone).lazy.filter { !$0.1 }.map { step, _ in
            guard let begun = beginnings[step.work] else { return step.start }
            // What takes longer than planned is about to end, as far as anybody knows.
            return min(step.end, step.start + Int(clamping: max(0, now - begun)))
        }.min()
    }

    /// What is under way of the plan's work, and since when, in seconds since the epoch.
    private var beginnings: [RolloutPlan.Work: Int64] {
        let moves = movesUnderWay.map { (RolloutPlan.Work.move(vm: $0.vm, from: $0.from, to: $0.to), $0.begun) }
        let updates = hosts.filter(\.phase.isUpdating).map {
            (RolloutPlan.Work.update(host: $0.id), $0.changed ?? $0.since)
        }
        return Dictionary(moves + updates) { first, _ in first }
    }

    private var soak: Int { Int(clamping: spec?.policy.soak ?? 0) }

    /// Pauses between the waves that are left.
    private var pauses: Int {
        guard let active, let last = active.plan.steps.map(\.wave).max() else { return 0 }
        // What comes after the last wave of hosts waits for nothing.
        return soak * max(0, min(last, active.plan.waves.count - 1) - active.wave)
    }
}
