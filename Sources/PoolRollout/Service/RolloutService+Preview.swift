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
    /// - Throws: `UUID_INVALID` for an unknown update, `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func prechecks(_ options: RunOptions) async throws(APIError) -> [Problem] {
        try await problems(try await spec(options, run: "preview", by: ""))
    }

    /// The plan that a run with these options would begin with. Nothing is changed.
    ///
    /// - Throws: `UUID_INVALID` for an unknown update, `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func plan(_ options: RunOptions) async throws(APIError) -> RunPlan {
        let spec = try await spec(options, run: "preview", by: "")
        var view = try PoolView(pool.database.snapshot, updates: spec.updates, now: pool.now().seconds)
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
    func problems(_ spec: RunSpec) async throws(APIError) -> [Problem] {
        var view = try await look(at: spec)
        view.otherRun = activeRun
        return Prechecks.problems(view, spec)
    }

    func look(at spec: RunSpec) async throws(APIError) -> PoolView {
        try await PoolView.observe(pool, updates: spec.updates)
    }
}
