extension RolloutMachine {
    /// Begins with a host.
    mutating func begin(_ index: Int) {
        hosts[index].begun = hosts[index].begun ?? clock.wall
        hosts[index].afterBackingOut = .pending
        enter(index, .checking)
        note(.host, "\(hosts[index].name) begins.", host: hosts[index].id)
    }

    /// Enters a phase, with its limits set anew.
    mutating func enter(_ index: Int, _ phase: HostPhase) {
        hosts[index].phase = phase
        hosts[index].attempts = 0
        hosts[index].nextLook = clock.elapsed
        switch phase {
        case .returning:
            hosts[index].deadline = clock.elapsed + policy.limits.hostReturn
            hosts[index].setbacks = 0
        case .plugging, .confirming, .clearing: hosts[index].deadline = clock.elapsed + policy.limits.storage
        default: hosts[index].deadline = .max
        }
    }

    /// A host fails in its phase. One that was not changed goes back into service.
    mutating func fail(_ index: Int, _ reason: String) {
        let host = hosts[index]
        hosts[index].failedIn = host.phase
        hosts[index].reason = reason
        let text = "\(host.name) has failed while \(host.phase.rawValue)."
        note(.host, text + " " + reason.asSentence, host: host.id)
        if !host.isTouched, openObligation(.hostEnabled(host: host.id)) != nil {
            hosts[index].afterBackingOut = .failed
            hosts[index].phase = .backingOut
        } else {
            hosts[index].phase = .failed
            hosts[index].ended = clock.wall
            keepOutOfService(index, host.phase)
        }
        giveUp(host.id, because: "\(host.name) failed")
        let failures = hosts.filter { $0.phase == .failed || $0.afterBackingOut == .failed }.count
        // The others were to follow only once the canary was well.
        let isCanary = policy.canary?.host == host.id
        // Nor may members become newer than their master.
        let isMaster = host.isMaster && !hosts[index].isNew && !canBeLeftOut(host)
        if stopping == nil, isCanary || isMaster || failures > policy.maxFailedHosts {
            let text = host.name + " has failed."
            let ways =
                isMaster
                ? "Retry the host, which is the master and comes before all others, or cancel the run."
                : "Retry or skip the host, or cancel the run."
            hold(.host(host.id), "\(text.because(reason, about: host.name)) \(ways)")
        }
    }

    /// A host is left as it is: what the plan had in mind for its sake serves nobody any more.
    mutating func giveUp(_ id: String, because reason: String) {
        active?.finish(updateOf: id)
        active?.isOutdated = true
        switch boundary {
        case .open: boundary = .stale(reason)
        // A plan that was made with the host, or is being made.
        case .waiting, .asking: boundary = .looking(reason)
        case .soaking, .gating, .looking, .stale: break
        }
    }

    /// A boot takes a host back into service; one that has failed since is taken out again, so that nothing comes to it
    /// until somebody has looked.
    private mutating func keepOutOfService(_ index: Int, _ phase: HostPhase) {
        guard restart == .host, !hosts[index].isNew, [.plugging, .verifying, .enabling, .confirming].contains(phase)
        else { return }
        if !hosts[index].isMaintained { owe(.hostEnabled(host: hosts[index].id)) }
        emit(.disable(host: hosts[index].id))
    }

    /// Moves one host on, where it can be moved on now.
    mutating func stepHost(_ index: Int) -> Bool {
        let host = hosts[index]
        guard host.phase.isActive, !isBusy(host.id) else { return false }
        if canReturn(host), host.phase != .backingOut, host.afterBackingOut == .skipped || stopping == .cancelled {
            hosts[index].afterBackingOut = host.isTouched ? .applied : .skipped
            if !host.isTouched { hosts[index].reason = host.reason ?? "not reached" }
            enter(index, .backingOut)
            return true
        }
        // What was changed goes on to its end; everything else waits while nothing may be begun.
        guard host.isTouched || host.phase == .backingOut || mayBegin || stopping == .afterHost else { return false }
        switch host.phase {
        case .checking:
            guard clock.elapsed >= host.nextLook else { return false }
            return emitted(.inspect(host: host.id))
        case .verifying: return emitted(.inspect(host: host.id))
        case .disabling:
            if !host.isMaintained { owe(.hostEnabled(host: host.id)) }
            return emitted(.disable(host: host.id))
        case .emptying: return stepEmptying(index)
        case .prechecking:
            if let next = updates.first(where: { !host.applied.contains($0.uuid) }) {
                return emitted(.precheck(update: next.uuid, host: host.id))
            }
            return stepApplied(index)
        case .applying:
            guard let next = updates.first(where: { !host.applied.contains($0.uuid) }) else {
                enter(index, .prechecking)
                return true
            }
            hosts[index].isTouched = true
            hosts[index].changed = host.changed ?? clock.wall
            return emitted(.apply(update: next.uuid, host: host.id))
        case .clearing, .returning, .plugging, .confirming:
            guard clock.elapsed >= host.nextLook else { return false }
            return emitted(.inspect(host: host.id))
        case .restarting: return stepRestarting(index)
        case .enabling:
            let debt: Debt = host.isMaintained ? .hostDisabled(host: host.id) : .hostEnabled(host: host.id)
            if openObligation(debt) != nil {
                guard clock.elapsed >= host.nextLook else { return false }
                return emitted(.pay(debt))
            }
            enter(index, .confirming)
            return true
        case .backingOut:
            guard openObligation(.hostEnabled(host: host.id)) != nil else {
                hosts[index].phase = host.afterBackingOut
                return true
            }
            guard clock.elapsed >= host.nextLook else { return false }
            return emitted(.pay(.hostEnabled(host: host.id)))
        default: return false
        }
    }

    /// Whether a host can go back into service as it is: nothing was changed on it, or the update is on its disk and its
    /// restart has not begun.
    func canReturn(_ host: HostRecord) -> Bool {
        !host.isTouched || stage == .rolling && [.checking, .disabling, .emptying].contains(host.phase)
    }

    private mutating func emitted(_ action: Action) -> Bool {
        emit(action)
        return true
    }

    /// Everything is applied: on to the restart, or to waiting for it.
    private mutating func stepApplied(_ index: Int) -> Bool {
        // A restart changes a host only once it is asked for.
        if stage != .applyingEverywhere, purpose == .install { hosts[index].isTouched = true }
        enter(index, .clearing)
        return true
    }

    private mutating func stepEmptying(_ index: Int) -> Bool {
        let host = hosts[index]
        guard boundary == .open else { return false }
        // What was over before its update in the plan has to be over: VMs that leave it, and other hosts' updates.
        if let active, let step = active.update(of: host.id), !active.isSeen(step) { return false }
        guard !inFlight.contains(where: { $0.action.moves(host.id) }) else { return false }
        if let left = view.residents(host.id).first {
            boundary = .stale("VM \(left.name) runs on \(host.name), which the plan did not foresee")
            return false
        }
        guard policy.maxParallel == 0 || hosts.count(where: \.phase.isUpdating) < policy.maxParallel else {
            return false
        }
        enter(index, .prechecking)
        return true
    }

    private mutating func stepRestarting(_ index: Int) -> Bool {
        let host = hosts[index]
        switch restart(of: host) {
        case .none:
            enter(index, .verifying)
            return true
        case .agent: return emitted(.restartAgent(host: host.id, startedAt: host.agentBefore))
        case .host:
            // The master's restart takes the pool's calls away: nothing may be on its way then.
            guard !host.isMaster || !isMoving, mayGoDown(host.id) else { return false }
            // Where the update was on disk before the run, the restart is what changes the host.
            hosts[index].changed = host.changed ?? clock.wall
            hosts[index].isTouched = true
            return emitted(.restartHost(host: host.id, bootID: host.bootBefore))
        }
    }

    /// Whether the plan has a host down at one moment with every host that is down now.
    ///
    /// The order of the steps provides for it already; but a host that is tried again, or one that was on its way when the
    /// plan became stale, comes here without the plan.
    private func mayGoDown(_ id: String) -> Bool {
        let down = hosts.filter { $0.phase == .returning || $0.phase == .restarting && isBusy($0.id) }.map(\.id)
        guard !down.isEmpty else { return true }
        return active?.plan.hasTogether(down + [id]) ?? false
    }
}

extension RolloutPlan.Work {
    /// Whether it takes a VM off this host.
    func leaves(_ host: String, in view: PoolView) -> Bool {
        switch self {
        case .move(_, let from, _): from == host
        case .suspend(let vm), .shutdown(let vm): view.vm(vm)?.host == host
        default: false
        }
    }

    /// Whether it brings a VM to this host.
    func reaches(_ host: String) -> Bool {
        switch self {
        case .move(_, _, let to): to == host
        case .start(_, let to, _): to == host
        default: false
        }
    }
}

extension Action {
    /// Whether a VM leaves or reaches this host by it.
    func moves(_ host: String) -> Bool {
        switch self {
        case .move(_, let from, let to): from == host || to == host
        case .stop(_, let from): from == host
        case .pay(.vmRunning(_, let to, _)), .pay(.vmHome(_, let to)): to == host
        default: false
        }
    }
}
