/// What others do to the pool while the run goes on. What a person has decided stands: it is written down, and the run
/// makes its way around it or holds, but does not undo it.
extension RolloutMachine {
    /// Takes over a look at the pool, and writes down what has changed since the last one without the run's doing.
    mutating func take(_ seen: PoolView) {
        if found != nil || looksThroughout { for vm in view.vms { compare(vm, seen) } }
        for index in hosts.indices where hosts[index].isMaintained && !hosts[index].isTouched {
            let host = hosts[index]
            guard host.phase == .pending, let now = seen.host(host.id), now.isLive, now.isEnabled else { continue }
            hosts[index].isMaintained = false
            drop(.hostDisabled(host: host.id), "somebody has taken \(host.name) out of maintenance mode.")
        }
        for index in hosts.indices {
            hosts[index].isMaster = seen.host(hosts[index].id)?.isMaster ?? false
        }
        uncertain = []
        view = seen
    }

    /// Where a VM is concerns nobody before the run is about to change something; whether it runs does.
    private mutating func compare(_ before: VMView, _ seen: PoolView) {
        guard let now = seen.vm(before.id) else {
            guard found != nil || before.power == .running else { return }
            let text = "VM \(before.name) does not exist any more."
            note(before.power == .running ? .vmLost : .deviation, text, host: before.host, vm: before.id)
            return
        }
        // A migration that failed leaves open where a VM is, but takes none away.
        if uncertain.contains(before.id) || isBroughtBack(now) { return }
        let wasRunning = before.power == .running
        if wasRunning, now.power != .running {
            let text = "VM \(before.name) ran on \(name(before.host)) and is \(now.power.rawValue): not by this run."
            note(.vmLost, text, host: before.host, vm: before.id)
        } else if !wasRunning, now.power == .running {
            note(.vmStarted, "VM \(now.name) runs on \(name(now.host)): not by this run.", host: now.host, vm: now.id)
        } else if found != nil, wasRunning, let from = before.host, let to = now.host, from != to {
            let text = "VM \(now.name) has gone from \(name(from)) to \(name(to)): not by this run."
            note(.deviation, text, host: to, vm: now.id)
            if let home = home(of: now.id) { drop(home, "somebody has moved \(now.name) to \(name(to)).") }
        }
    }

    /// Whether a VM is where it was to be brought, although nobody has heard of that payment again.
    private mutating func isBroughtBack(_ now: VMView) -> Bool {
        guard hasSettled, now.power == .running, let host = now.host else { return false }
        let tried = obligations.first { obligation in
            guard obligation.state == .open, obligation.attempts > 0 else { return false }
            switch obligation.debt {
            case .vmRunning(now.id, host, _), .vmHome(now.id, host): return true
            default: return false
            }
        }
        guard let debt = tried?.debt else { return false }
        paid(debt, nil)
        given(debt)
        return true
    }

    private func name(_ host: String?) -> String { host.map { name($0) } ?? "no host" }

    /// High availability or workload balancing that somebody has switched on since the run looked last: no host goes down
    /// beside it, and nobody but an operator switches it off again.
    ///
    /// - Returns: whether the run holds for it.
    mutating func noticed(_ switches: PoolSwitches?) -> Bool {
        guard let switches, let spec, spec.mode == .automatic else { return false }
        view.switches = switches
        let found = Prechecks.Subject(view: view, spec: spec).switches()
        guard !found.isEmpty else { return false }
        for obligation in obligations where obligation.state == .open {
            switch obligation.debt {
            case .haEnabled: if switches.haEnabled { drop(obligation.debt, "somebody has turned it on.") }
            case .wlbEnabled: if switches.wlbEnabled { drop(obligation.debt, "somebody has turned it on.") }
            default: break
            }
        }
        problems = found + problems.filter { ![.highAvailability, .workloadBalancing].contains($0.check) }
        let texts = found.map(\.text).joined(separator: " ")
        hold(
            .fix,
            "Somebody has changed the pool while the run goes on. \(texts) Turn it off and resume; or have it fixed, and it is "
                + "turned on again at the end."
        )
        return true
    }

    /// Makes the fixes that an operator has asked for in the middle of the run.
    mutating func fixInBetween() -> Bool {
        guard !fixes.isEmpty, mayBegin, !isPoolBusy else { return false }
        let fix = fixes.removeFirst()
        if let debt = fix.debt { owe(debt) }
        emit(.fix(fix))
        return true
    }

    /// A host is updated in maintenance mode, as it was found.
    mutating func maintain(_ index: Int) {
        guard !hosts[index].isMaintained else { return }
        hosts[index].isMaintained = true
        owe(.hostDisabled(host: hosts[index].id))
        note(
            .precheck,
            "\(hosts[index].name) is \(purpose.participle) in maintenance mode, in which it was found.",
            host: hosts[index].id
        )
    }

    /// Whether a host stands in maintenance mode that the run has not put it into, and nobody has said what is to become
    /// of it.
    func isDisabledByOthers(_ host: HostRecord) -> Bool {
        guard host.phase == .pending, !host.isMaintained, let seen = view.host(host.id) else { return false }
        return seen.isLive && !seen.isEnabled && openObligation(.hostEnabled(host: host.id)) == nil
    }

    /// Hosts that the run waits for, and that are gone or were taken out of service by somebody: each is named for
    /// what it is before the planner is asked about the rest.
    ///
    /// - Returns: whether the run holds for one.
    mutating func holdForMissing() -> Bool {
        var isHeld = false
        for host in hosts where host.phase == .pending {
            guard let seen = view.host(host.id) else {
                hold(.host(host.id), "\(host.name) is no longer in the pool: skip it.")
                isHeld = true
                continue
            }
            let skip = canBeLeftOut(host) ? ", or skip it" : ""
            if !seen.isLive {
                hold(.host(host.id), "\(host.name) does not answer: bring it back and resume\(skip).")
                isHeld = true
            } else if isDisabledByOthers(host) {
                hold(
                    .host(host.id),
                    "\(host.name) was disabled while the run goes on: enable it (xe host-enable) and resume, approve it to be "
                        + "\(purpose.participle) as it is\(skip)."
                )
                isHeld = true
            }
        }
        return isHeld
    }

    /// Whether members may be begun: their master runs the update, or somebody takes the risk that it does not.
    var mayBeginMembers: Bool {
        guard spec?.allowsOlderMaster != true, let master = hosts.first(where: \.isMaster) else { return true }
        return master.isNew
    }

    /// The master can be left out only where no member would become newer than it.
    func canBeLeftOut(_ host: HostRecord) -> Bool {
        guard host.isMaster, !host.isNew, spec?.allowsOlderMaster != true else { return true }
        return !hosts.contains { !$0.isMaster && !$0.isNew && !$0.phase.isSettled }
    }
}
