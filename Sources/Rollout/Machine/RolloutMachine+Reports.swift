extension RolloutMachine {
    /// What a look at a host means for the phase that it is in.
    mutating func inspected(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        switch host.phase {
        case .checking: checked(index, report)
        case .clearing:
            // Only a boot after the update counts, and the host may have booted by itself since it was checked.
            hosts[index].bootBefore = report.bootID
            hosts[index].agentBefore = report.agentStart
            if stage == .applyingEverywhere {
                hosts[index].phase = .applied
                return
            }
            if purpose == .install { spare(index, report.owed) }
            let restart = restart(of: hosts[index])
            guard restart != .host || !noticed(report.switches) else {
                hosts[index].nextLook = clock.elapsed + policy.limits.poll
                return
            }
            guard restart == .host, !report.residents.isEmpty else {
                enter(index, .restarting)
                // A restart that was refused brings the host here again: only so many times.
                hosts[index].attempts = host.attempts
                return
            }
            for vm in report.residents { settle(vm: vm, on: host.id, named: report.residentNames?[vm]) }
            let names = report.residents.map { name(vm: $0) }.joined(separator: ", ")
            let verb = report.residents.count == 1 ? "runs" : "run"
            evacuateAgain(index, "\(names) \(verb) on \(host.name), which was empty")
        case .returning, .awaitingOperator: returned(index, report)
        case .plugging:
            if report.unpluggedStorage.isEmpty {
                enter(index, .verifying)
                return verify(index, report)
            }
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
        // Before each host: somebody may have switched on since what would fence it.
        guard stage != .rolling || !noticed(report.switches) else { return }
        guard !waits(for: report.others) else {
            hosts[index].nextLook = nextCall
            return
        }
        hosts[index].bootBefore = report.bootID
        hosts[index].agentBefore = report.agentStart
        hosts[index].versionBefore = report.softwareVersion
        if hosts[index].packagesBefore.isEmpty { hosts[index].packagesBefore = report.packages }
        hosts[index].applied = updates.map(\.uuid).filter(report.stamps.contains)
        // Nothing is moved for the sake of what would be refused in the end.
        if let withdrawn = report.withdrawn { return fail(index, withdrawn) }
        let isEmptied = restart == .host && stage == .rolling
        enter(index, isEmptied ? .disabling : .prechecking)
    }

    /// A host whose running system was mended restarts less than the updates ask for, or nothing: by the pool's own word.
    private mutating func spare(_ index: Int, _ owed: [Guidance]?) {
        hosts[index].restart = owed.map { Restart(for: $0) }
        let left = restart(of: hosts[index])
        guard left < restart else { return }
        let what = left == .none ? "nothing of it has to restart" : "only its toolstack has to restart"
        note(.host, "\(hosts[index].name) is mended while it runs: the pool says that \(what).", host: hosts[index].id)
    }

    /// The host has booted anew, or not yet.
    private mutating func returned(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        let isBack =
            switch restart(of: host) {
            case .none: true
            case .agent: report.agentStart > host.agentBefore || report.bootID != host.bootBefore
            case .host: report.bootID != host.bootBefore
            }
        guard isBack else { return lookLater(index, "it has not restarted") }
        if host.phase == .awaitingOperator { hosts[index].isTouched = true }
        note(.host, "\(host.name) is back.", host: host.id)
        enter(index, .plugging)
        // The same look tells of its storage and of the update.
        inspected(index, report)
    }

    /// Nothing new yet: look again after a while, until the limit.
    ///
    /// A host that has just gone down is looked at often, one that has been away for long less so.
    mutating func lookLater(_ index: Int, _ reason: String) {
        var pause = policy.limits.poll
        if hosts[index].phase == .returning {
            let away = clock.elapsed - (hosts[index].deadline - policy.limits.hostReturn)
            pause = min(pause, max(1, away / 8))
        }
        hosts[index].nextLook = clock.elapsed + pause
        let host = hosts[index]
        guard host.phase != .awaitingOperator, clock.elapsed >= host.deadline else { return }
        if host.phase == .returning {
            let seconds = policy.limits.hostReturn
            let time = seconds % 60 == 0 ? Int(seconds / 60).of("minute") : Int(seconds).of("second")
            let why = reason.isEmpty || reason.contains(host.name) ? "" : " (\(reason.asClause))"
            fail(index, "\(host.name) did not come back within \(time)\(why): look at its console.")
        } else {
            fail(index, "\(host.name) is not as it should be.".because(reason, about: host.name))
        }
    }

    /// Success is observed: what the updates promise is compared with what the host says.
    private mutating func verify(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        hosts[index].bootAfter = report.bootID
        hosts[index].versionAfter = report.softwareVersion
        hosts[index].packagesAfter = report.packages
        hosts[index].owed = report.owed ?? []
        let restart = restart(of: host)
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
        for update in updates where restart == .host {
            guard let (promised, found) = update.contradiction(report.softwareVersion) else { continue }
            let (kind, versions) = (promised.component.name, promised.versions.joined(separator: " or "))
            return fail(
                index,
                "\(host.name) has booted and runs \(kind) \(found) where \(update.label) promises \(versions): see what its "
                    + "boot loader starts, and restart it."
            )
        }
        guard report.unpluggedStorage.isEmpty else { return plugAgain(index) }
        hosts[index].isNew = true
        enter(index, .enabling)
    }

    private mutating func confirm(_ index: Int, _ report: HostReport) {
        let host = hosts[index]
        guard host.isNew, report.bootID == host.bootAfter, report.unpluggedStorage.isEmpty else {
            // It has booted again, or lost its storage, while it was being enabled: what was seen before is not true any more.
            hosts[index].isNew = false
            return plugAgain(index)
        }
        if host.isMaintained { return confirmMaintained(index, report) }
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
        confirmed(index, isEnabled: true)
    }

    /// A host that was found in maintenance mode is in it again.
    private mutating func confirmMaintained(_ index: Int, _ report: HostReport) {
        guard !report.isEnabled else {
            let host = hosts[index]
            owe(.hostDisabled(host: host.id))
            if clock.elapsed >= host.deadline {
                return fail(index, "\(host.name) does not stay in maintenance mode: disable it.")
            }
            enter(index, .enabling)
            hosts[index].deadline = host.deadline
            hosts[index].nextLook = clock.elapsed + policy.limits.poll
            return
        }
        confirmed(index, isEnabled: false)
    }

    private mutating func confirmed(_ index: Int, isEnabled: Bool) {
        let host = hosts[index]
        hosts[index].phase = .done
        hosts[index].reason = nil
        hosts[index].ended = clock.wall
        if let at = view.hosts.firstIndex(where: { $0.id == host.id }) {
            view.hosts[at].isEnabled = isEnabled
            view.hosts[at].isLive = true
        }
        lastReturn = clock.elapsed
        if policy.canary?.host == host.id { canaryDone = clock.elapsed }
        fruitlessPlans = 0
        active?.finish(updateOf: host.id)
        note(.host, "\(host.name) \(purpose.achievement(ofOne: true)), as observed.", host: host.id)
    }

    /// Back to its storage, but not for ever.
    private mutating func plugAgain(_ index: Int) {
        guard hosts[index].setbacks < 5 else {
            let text = "boots or loses its storage again and again: look at it, then retry it."
            return fail(index, "\(hosts[index].name) \(text)")
        }
        hosts[index].setbacks += 1
        enter(index, .plugging)
    }

    /// A host that was empty is not: what has begun ends, then a new plan empties it.
    mutating func evacuateAgain(_ index: Int, _ reason: String) {
        enter(index, .emptying)
        boundary = .stale(reason)
    }
}
