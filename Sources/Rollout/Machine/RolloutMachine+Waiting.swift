/// What a run, and each of its hosts, waits for.
extension RolloutMachine {
    /// What the run is waiting for, in sentences; empty where it goes on by itself, and after its end.
    public var waitsFor: [String] {
        guard spec != nil, !stage.isEnded else { return [] }
        var reasons = holds.map(\.reason)
        if let pausedBy { reasons.append("\(pausedBy) has paused the run.") }
        if let schedule { reasons.append(schedule) }
        for host in awaitedApprovals { reasons.append("\(host.name) waits for an approval.") }
        for host in hosts where host.phase == .awaitingOperator {
            reasons.append("\(host.name) waits for its restart by the operator.")
        }
        if stage == .rolling, boundary == .waiting, !isInWindow { reasons.append("The run waits for its next window.") }
        reasons += courtesies
        return reasons
    }

    /// What a host that has not begun waits for, as a clause: `waits for its turn after xs2, which waits for an approval`; nil
    /// for hosts that have begun, and before any host may begin.
    public func waiting(of host: HostRecord) -> String? {
        guard host.phase == .pending, stage == .rolling || stage == .applyingEverywhere else { return nil }
        if let hold = holds.first {
            return hold.subject == .host(host.id) ? "holds the run" : "waits: the run is held"
        }
        if pausedBy != nil { return "waits until the run is resumed" }
        if !courtesies.isEmpty { return "waits until others are done with the pool" }
        let awaited = awaitedApprovals
        if awaited.contains(where: { $0.id == host.id }) { return "waits for an approval" }
        let approved = host.isApproved && policy.approveEachHost ? "approved; " : ""
        guard stage == .rolling else { return approved + "waits for its turn" }
        switch boundary {
        case .soaking: return approved + "waits until the last wave has been watched for long enough"
        case .gating: return approved + "waits for the health gates"
        case .waiting: return approved + (isInWindow ? "waits for its turn" : "waits for the next maintenance window")
        case .looking, .asking, .stale: return approved + "waits for a new plan"
        case .open: return approved + turn(of: host, awaited)
        }
    }

    /// Which hosts come before.
    private func turn(of host: HostRecord, _ awaited: [HostRecord]) -> String {
        guard let active, let own = active.update(of: host.id) else { return "waits for its turn" }
        let before = hosts.filter { other in
            guard other.id != host.id, !other.phase.isSettled, let step = active.update(of: other.id) else {
                return false
            }
            return active.plan.steps[step].start < active.plan.steps[own].start || other.phase.isActive
        }
        if let blocked = before.first(where: { other in awaited.contains { $0.id == other.id } }) {
            return "its turn comes after \(blocked.name), which waits for an approval"
        }
        guard let last = before.last else { return "waits for its turn" }
        return "its turn comes after \(last.name)"
    }
}

/// For how long hosts of a pool run different versions.
public struct MixedState: Hashable, Sendable {
    /// When the first host was changed, in seconds since the epoch; nil where none was.
    public var since: Int64?
    public var seconds: Int64
    /// Whether it goes on: hosts lack the update that others have, or are on their way.
    public var goesOn: Bool
}

extension RolloutMachine {
    /// The mixed state that the run has made: from the first host's change until every host of the pool runs the update, as
    /// observed. It goes on where a host was given up, skipped or left out; what is counted of it ends with the run.
    ///
    /// - Parameter now: seconds since the epoch.
    public func mixedState(now: Int64) -> MixedState {
        let changed = hosts.filter { $0.changed != nil }
        guard let since = changed.compactMap(\.changed).min() else {
            return MixedState(since: nil, seconds: 0, goesOn: false)
        }
        let goesOn = hosts.contains { !$0.isNew || !$0.phase.isSettled }
        let last = goesOn ? stage.isEnded ? events.last?.at ?? now : now : changed.compactMap(\.ended).max() ?? now
        return MixedState(since: since, seconds: max(0, last - since), goesOn: goesOn)
    }
}
