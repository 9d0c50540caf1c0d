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
        case .returning: hosts[index].deadline = clock.elapsed + policy.limits.hostReturn
        case .plugging, .confirming, .clearing: hosts[index].deadline = clock.elapsed + policy.limits.storage
        default: hosts[index].deadline = .max
        }
    }

    /// A host fails in its phase. One that was not changed goes back into service.
    mutating func fail(_ index: Int, _ reason: String) {
        let host = hosts[index]
        hosts[index].failedIn = host.phase
        hosts[index].reason = reason
        note(.host, "\(host.name) failed (\(host.phase.rawValue)): \(reason)", host: host.id)
        if !host.isTouched, openObligation(.hostEnabled(host: host.id)) != nil {
            hosts[index].afterBackingOut = .failed
            hosts[index].phase = .backingOut
        } else {
            hosts[index].phase = .failed
        }
        active?.finish(updateOf: host.id)
        if boundary == .open { boundary = .stale("\(host.name) failed") }
        let failures = hosts.filter { $0.phase == .failed || $0.afterBackingOut == .failed }.count
        if stopping == nil, failures > policy.maxFailedHosts {
            hold(.host(host.id), "\(host.name): \(reason) Retry or skip the host, or cancel the run.")
        }
    }

    /// Moves one host on, where it can be moved on now.
    mutating func stepHost(_ index: Int) -> Bool {
        let host = hosts[index]
        guard host.phase.isActive, !isBusy(host.id) else { return false }
        if !host.isTouched, host.phase != .backingOut, host.afterBackingOut == .skipped || stopping == .cancelled {
            hosts[index].afterBackingOut = .skipped
            hosts[index].reason = host.reason ?? "not reached"
            enter(index, .backingOut)
            return true
        }
        // What was changed goes on to its end; everything else waits while nothing may be begun.
        guard host.isTouched || host.phase == .backingOut || mayBegin || stopping == .afterHost else { return false }
        switch host.phase {
        case .checking, .verifying: return emitted(.inspect(host: host.id))
        case .disabling:
            owe(.hostEnabled(host: host.id))
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
            return emitted(.apply(update: next.uuid, host: host.id))
        case .clearing, .returning, .plugging, .confirming:
            guard clock.elapsed >= host.nextLook else { return false }
            return emitted(.inspect(host: host.id))
        case .restarting: return stepRestarting(index)
        case .enabling:
            if openObligation(.hostEnabled(host: host.id)) != nil {
                guard clock.elapsed >= host.nextLook else { return false }
                return emitted(.pay(.hostEnabled(host: host.id)))
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

    private mutating func emitted(_ action: Action) -> Bool {
        emit(action)
        return true
    }

    /// Everything is applied: on to the restart, or to waiting for it.
    private mutating func stepApplied(_ index: Int) -> Bool {
        if stage == .applyingEverywhere {
            hosts[index].phase = .applied
        } else {
            hosts[index].isTouched = true
            enter(index, .clearing)
        }
        return true
    }

    private mutating func stepEmptying(_ index: Int) -> Bool {
        let host = hosts[index]
        guard boundary == .open || host.isTouched else { return false }
        let isAwaited =
            active?.current.contains { step in
                guard let work = active?.plan.steps[step].work else { return false }
                return work.leaves(host.id, in: view)
            } ?? false
        guard !isAwaited, !inFlight.contains(where: { $0.action.moves(host.id) }) else { return false }
        if let left = view.residents(host.id).first {
            if boundary == .open {
                boundary = .stale("VM \(left.name) runs on \(host.name), which the plan did not foresee")
            }
            return false
        }
        enter(index, .prechecking)
        return true
    }

    private mutating func stepRestarting(_ index: Int) -> Bool {
        let host = hosts[index]
        switch restart {
        case .none:
            enter(index, .verifying)
            return true
        case .agent: return emitted(.restartAgent(host: host.id, startedAt: host.agentBefore))
        case .host:
            // The master's restart takes the pool's calls away: nothing may be on its way then.
            guard !host.isMaster || !isMoving else { return false }
            return emitted(.restartHost(host: host.id, bootID: host.bootBefore))
        }
    }

    /// What a look at a host means for the phase that it is in.
    mutating func inspected(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        switch host.phase {
        case .checking: checked(index, report)
        case .clearing:
            hosts[index].bootBefore = report.bootID
            hosts[index].agentBefore = report.agentStart
            guard restart == .host, !report.residents.isEmpty else { return enter(index, .restarting) }
            for vm in report.residents { settle(vm: vm, on: host.id) }
            let names = report.residents.map { name(vm: $0) }.joined(separator: ", ")
            evacuateAgain(index, "\(names) runs on \(host.name), which was empty")
        case .returning, .awaitingOperator: returned(index, report)
        case .plugging:
            if report.unpluggedStorage.isEmpty { return enter(index, .verifying) }
            guard clock.elapsed < host.deadline else {
                let names = report.unpluggedStorage.joined(separator: ", ")
                return fail(index, "storage \(names) is not plugged on \(host.name): repair it and plug it there.")
            }
            emit(.plugStorage(host: host.id))
        case .verifying: verify(index, report)
        case .confirming: confirm(index, report)
        default: break
        }
    }

    private mutating func checked(_ index: Int, _ report: HostReport) {
        hosts[index].bootBefore = report.bootID
        hosts[index].agentBefore = report.agentStart
        hosts[index].versionBefore = report.softwareVersion
        if hosts[index].packagesBefore.isEmpty { hosts[index].packagesBefore = report.packages }
        hosts[index].applied = updates.map(\.uuid).filter(report.stamps.contains)
        let isEmptied = restart == .host && stage == .rolling
        enter(index, isEmptied ? .disabling : .prechecking)
    }

    /// The host has booted anew, or not yet.
    private mutating func returned(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        let isBack =
            switch restart {
            case .none: true
            case .agent: report.agentStart > host.agentBefore || report.bootID != host.bootBefore
            case .host: report.bootID != host.bootBefore
            }
        guard isBack else { return lookLater(index, "it has not restarted") }
        if host.phase == .awaitingOperator { hosts[index].isTouched = true }
        note(.host, "\(host.name) is back.", host: host.id)
        enter(index, .plugging)
    }

    /// Nothing new yet: look again after a while, until the limit.
    mutating func lookLater(_ index: Int, _ reason: String) {
        hosts[index].nextLook = clock.elapsed + policy.limits.poll
        let host = hosts[index]
        guard host.phase != .awaitingOperator, clock.elapsed >= host.deadline else { return }
        if host.phase == .returning {
            let minutes = policy.limits.hostReturn / 60
            fail(index, "\(host.name) did not come back within \(minutes) minutes (\(reason)): look at its console.")
        } else {
            fail(index, "\(host.name): \(reason).")
        }
    }

    /// Success is observed: what the updates promise is compared with what the host says.
    private mutating func verify(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        hosts[index].bootAfter = report.bootID
        hosts[index].versionAfter = report.softwareVersion
        hosts[index].packagesAfter = report.packages
        if restart == .host, report.bootID == host.bootBefore {
            return fail(index, "\(host.name) still runs what it booted before: restart it.")
        }
        for update in updates {
            guard report.stamps.contains(update.uuid) else {
                return fail(index, "\(host.name) has no stamp of \(update.label): it was not applied, or was undone.")
            }
            for (package, version) in update.packages.sorted(by: { $0.key < $1.key })
            where report.packages[package] != version {
                let found = report.packages[package] ?? "none"
                return fail(index, "\(host.name) has \(package) \(found) where \(update.label) promises \(version).")
            }
        }
        guard report.unpluggedStorage.isEmpty else { return enter(index, .plugging) }
        hosts[index].isNew = true
        enter(index, .enabling)
    }

    private mutating func confirm(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        guard report.isEnabled else {
            if stage != .rolling || host.begun == nil { return lookLater(index, "it is disabled") }
            owe(.hostEnabled(host: host.id))
            if clock.elapsed >= host.deadline { return fail(index, "\(host.name) does not stay enabled: enable it.") }
            let deadline = host.deadline
            enter(index, .enabling)
            hosts[index].deadline = deadline
            hosts[index].nextLook = clock.elapsed + policy.limits.poll
            return
        }
        hosts[index].phase = .done
        hosts[index].reason = nil
        hosts[index].ended = clock.wall
        if let at = view.hosts.firstIndex(where: { $0.id == host.id }) {
            view.hosts[at].isEnabled = true
            view.hosts[at].isLive = true
        }
        if policy.canary?.host == host.id { canaryDone = clock.elapsed }
        fruitlessPlans = 0
        active?.finish(updateOf: host.id)
        note(.host, "\(host.name) runs the update, as observed.", host: host.id)
    }

    /// A host that was empty is not: what has begun ends, then a new plan empties it.
    mutating func evacuateAgain(_ index: Int, _ reason: String) {
        enter(index, .emptying)
        boundary = .stale(reason)
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
        case .pay(.vmRunning(_, let to, _)): to == host
        default: false
        }
    }
}
