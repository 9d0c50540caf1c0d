import Planner
import PoolControl
import PoolDatabase
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
        let (snapshot, now) = (control.database.snapshot, wall())
        let view = try PoolView(
            snapshot,
            updates: spec.updates,
            now: now,
            runs: earlierTimes,
            wishes: control.wishes
        )
        // Hosts in maintenance mode take part as they are, and only where somebody has said so.
        let closed = view.hosts.map(\.id).filter { spec.allows(.keepDisabled(host: $0)) }
        let usable = view.hosts.filter { $0.isLive && ($0.isEnabled || closed.contains($0.id)) }
        let wanted = usable.filter { !spec.excluded.contains($0.id) && !spec.isSatisfied(by: $0) }.map(\.id)
        var request = PlanRequest(
            view: view,
            hosts: wanted,
            updated: view.hosts.filter(spec.isSatisfied).map(\.id),
            unusable: view.hosts.filter { host in !usable.contains { $0.id == host.id } }.map(\.id),
            spec: spec,
            consents: spec.consents,
            rest: nil,
            reason: "to show it"
        )
        request.closed = view.hosts.filter { !$0.isEnabled && closed.contains($0.id) }.map(\.id)
        var plan = await Task.detached { [request] in RunPlan(request) }.value
        plan.revision = RunRevision(view, spec).description
        return plan
    }

    /// What a run with these options would be about, as a text to be handed back in ``RunOptions/expecting`` by whoever begins
    /// it: it changes with the updates' bytes, with the hosts that take part, and with what stands in the way.
    ///
    /// - Throws: `UUID_INVALID` for an unknown update, `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func revision(_ options: RunOptions) async throws(APIError) -> String {
        try revision(await spec(options, run: "preview", by: "")).description
    }

    func revision(_ spec: RunSpec) throws(APIError) -> RunRevision {
        RunRevision(
            try PoolView(control.database.snapshot, updates: spec.updates, now: wall(), wishes: control.wishes),
            spec
        )
    }

    /// Those of the problems for which a run with these options would be refused.
    public func refusing(_ problems: [Problem], _ options: RunOptions) async throws(APIError) -> Set<Problem> {
        let spec = try await spec(options, run: "preview", by: "")
        return Set(problems.filter(spec.isBlocked))
    }

    /// The problems of a specification in the pool as it is.
    func problems(_ spec: RunSpec, asks: Bool, patience: Duration = .seconds(1800)) async throws(APIError) -> [Problem]
    {
        var view: PoolView
        do throws(ControlError) {
            view = try await PoolView.observe(
                control,
                installer,
                run: activeRun ?? spec.run,
                updates: spec.updates,
                runs: earlierTimes,
                now: wall()
            )
        } catch {
            guard case .refused(let refusal) = error else { throw .internalError(error.description) }
            throw refusal
        }
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
