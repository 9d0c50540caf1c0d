/// Whose turn it is: windows, the deadline, approvals, and the order of the hosts.
extension RolloutMachine {
    /// Opens the wave when windows and deadline allow.
    mutating func openWave() -> Bool {
        // These are about hosts that go down.
        if isHomeward {
            boundary = .open
            return true
        }
        if isPastDeadline {
            stopping = .deadline
            note(.run, "The next host would not be back in time: the run stops here.")
            return true
        }
        guard isInWindow else { return false }
        boundary = .open
        return true
    }

    /// Whether a host that begins now is back within a window.
    var isInWindow: Bool {
        policy.windows.isEmpty
            || policy.windows.contains {
                $0.start <= clock.wall && clock.wall + policy.expectedHostSeconds <= $0.end
            }
    }

    /// Whether a host that begins now, or in any window to come, is back too late.
    var isPastDeadline: Bool {
        if let finishBy = policy.finishBy, clock.wall + policy.expectedHostSeconds > finishBy { return true }
        guard !policy.windows.isEmpty else { return false }
        return !policy.windows.contains { $0.end - policy.expectedHostSeconds >= max(clock.wall, $0.start) }
    }

    /// Hosts that wait for an approval: those of the open wave, or all that the update is to be applied on.
    public var awaitedApprovals: [HostRecord] {
        guard policy.approveEachHost else { return [] }
        let waiting = hosts.filter { $0.phase == .pending && !$0.isApproved }
        if stage == .applyingEverywhere { return waiting }
        guard boundary == .open, let active else { return [] }
        return waiting.filter { host in
            active.current.contains { active.plan.steps[$0].work == .update(host: host.id) }
        }
    }

    mutating func openHost() -> Bool {
        guard mayBegin, let active else { return false }
        for step in active.current {
            guard case .update(let id) = active.plan.steps[step].work else { continue }
            guard hosts.contains(where: { $0.id == id && $0.phase.isSettled }) else { continue }
            self.active?.isDone[step] = true
            return true
        }
        for step in beginners(active, where: active.isSeen) {
            guard case .update(let id) = active.plan.steps[step].work, let index = position(id) else { continue }
            if policy.finishBy != nil || !policy.windows.isEmpty, isPastDeadline || !isInWindow {
                guard !hosts.contains(where: \.phase.isActive) else { continue }
                boundary = .waiting
                return true
            }
            begin(index)
            return true
        }
        return false
    }

    /// Steps that update hosts whose turn has come: a VM may leave such a host now, or it is as good as empty.
    func beginners(_ active: ActivePlan, where mayStart: (Int) -> Bool) -> [Int] {
        let current = active.current
        let others = hosts.filter(\.phase.isActive)
        return current.filter { step in
            guard case .update(let id) = active.plan.steps[step].work, let host = hosts.first(where: { $0.id == id }),
                host.phase == .pending, host.isApproved || !policy.approveEachHost
            else { return false }
            guard host.isMaster || mayBeginMembers else { return false }
            guard others.isEmpty || !host.isMaster && !others.contains(where: \.isMaster) else { return false }
            // VMs still come to the host, or leave it for another wave's sake.
            guard !current.contains(where: { active.plan.steps[$0].work.reaches(id) }) else { return false }
            return mayStart(step)
                || current.contains { active.plan.steps[$0].work.leaves(id, in: view) && mayStart($0) }
        }
    }
}
