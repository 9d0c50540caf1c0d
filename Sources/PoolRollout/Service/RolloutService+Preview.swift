import Planner
import PoolDatabase
import PoolOperations
public import Rollout
public import XenAPI

/// What can be known before a run is begun.
extension RolloutService {
    /// Everything that stands in the way of a run with these options, or should be known before it; with the fix and its
    /// undo where there is one. Nothing is changed.
    ///
    /// - Parameters:
    ///   - asks: whether the packages on every host, the operator's scripts and the planner are asked, as a run asks them
    ///     before it begins: programs run for that. Otherwise only the pool is looked at.
    ///   - patience: how long to wait for their answers; where they take longer, that is a problem, too.
    /// - Throws: `UUID_INVALID` for an unknown update, `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func prechecks(_ options: RunOptions, asks: Bool = true, patience: Duration = .seconds(1800))
        async throws(APIError) -> [Problem]
    {
        let spec = try await spec(options, run: "preview", by: "")
        return try await problems(spec, asks: asks && !isBeginning, patience: patience)
    }

    /// Has packages and scripts asked again at the next prechecks, although the pool is the same.
    public func forgetAnswers() async { await surveys.forget() }

    /// The plan that a run with these options would begin with. Nothing is changed.
    ///
    /// - Throws: `UUID_INVALID` for an unknown update, `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func plan(_ options: RunOptions) async throws(APIError) -> RunPlan {
        let spec = try await spec(options, run: "preview", by: "")
        let (snapshot, now) = (pool.database.snapshot, pool.now().seconds)
        var view = try PoolView(snapshot, updates: spec.updates, now: now, runs: earlierTimes)
        // Hosts in maintenance mode would be enabled by the run's fixes.
        for index in view.hosts.indices { view.hosts[index].isEnabled = view.hosts[index].isLive }
        let wanted = view.hosts.filter { !spec.excluded.contains($0.id) && !$0.has(spec.updates) }.map(\.id)
        let request = PlanRequest(
            view: view,
            hosts: wanted,
            updated: view.hosts.filter { $0.has(spec.updates) }.map(\.id),
            unusable: view.hosts.filter { !$0.isLive }.map(\.id),
            spec: spec,
            consents: spec.consents,
            rest: nil,
            reason: "to show it"
        )
        return await Task.detached { RunPlan(request) }.value
    }

    /// The problems of a specification in the pool as it is.
    func problems(_ spec: RunSpec, asks: Bool, patience: Duration = .seconds(1800)) async throws(APIError) -> [Problem]
    {
        var view = try await PoolView.observe(pool, updates: spec.updates, runs: earlierTimes)
        view.otherRun = activeRun
        let seen = Prechecks.problems(view, spec)
        // A run that goes on has its own programs on the hosts; what the operator asked for has to make sense first.
        let isHopeless = seen.contains { $0.check == .specification && $0.severity == .blocking }
        guard asks, activeRun == nil, !isHopeless else { return seen }
        let survey = Survey(spec: spec, performer: performer(spec), now: wall)
        let late = Problem(
            .package,
            .blocking,
            "The packages on the hosts, or your own prechecks, have not answered yet: check again in a while."
        )
        return Prechecks.sorted(seen + (await surveys.asked(survey, view, patience: patience) ?? [late]))
    }
}
