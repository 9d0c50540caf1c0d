extension RolloutMachine {
    /// Starts one step of the plan that moves, stops or starts a VM, where it is ready and safe.
    mutating func startStep(_ index: Int) -> Bool {
        guard let active, active.isReady(index), clock.elapsed >= active.notBefore[index],
            !inFlight.contains(where: { $0.step == index })
        else { return false }
        // While the master is down, the pool can not be asked to move anything.
        guard !hosts.contains(where: { $0.isMaster && $0.phase.isDown }) else { return false }
        switch active.plan.steps[index].work {
        case .update: return false
        case .move(let vm, let from, let to): return startMove(index, vm, from, to)
        case .suspend(let vm): return startStop(index, vm, .suspend)
        case .shutdown(let vm): return startStop(index, vm, .shutdown)
        case .start(let vm, _, _):
            guard mayBegin else { return false }
            guard let debt = debt(ofVM: vm) else { return skipStep(index) }
            emit(.pay(debt), step: index)
            return true
        }
    }

    private mutating func startMove(_ index: Int, _ vm: String, _ from: String, _ to: String) -> Bool {
        guard isAllowed(from) else { return false }
        guard let subject = view.vm(vm), subject.power == .running, subject.host != to else { return skipStep(index) }
        guard subject.host == from else { return declareStale("VM \(subject.name) is not on \(name(from)) any more") }
        guard hasLeft(from), let source = view.host(from), let target = view.host(to), canTake(target, subject) else {
            return false
        }
        guard !isNew(from) || isNew(to) else {
            return declareStale("VM \(subject.name) would move from \(source.name) to \(target.name), which is older")
        }
        guard moves(at: from) < source.maxMigrations, moves(at: to) < target.maxMigrations else { return false }
        emit(.move(vm: vm, from: from, to: to), step: index)
        return true
    }

    /// Without a consent that names VM and run there is no way to stop a VM.
    private mutating func startStop(_ index: Int, _ vm: String, _ way: Consent.Way) -> Bool {
        guard let subject = view.vm(vm), subject.power == .running, let host = subject.host else {
            return skipStep(index)
        }
        guard isAllowed(host), hasLeft(host) else { return false }
        let consent = consents.first { $0.vm == vm && $0.way == way }
        guard let stop = consent.flatMap({ ConsentedStop($0, vm: vm, run: runID) }) else {
            hold(
                .consent,
                "VM \(subject.name) on \(name(host)) has to be stopped (\(way.rawValue)): allow it, or skip the host."
            )
            return false
        }
        owe(.vmRunning(vm: vm, host: host, way: way))
        emit(.stop(stop, host: host), step: index)
        return true
    }

    /// Whether VMs may leave a host now: the run goes on, or the host is to be finished before it stops.
    private func isAllowed(_ host: String) -> Bool {
        if mayBegin { return true }
        return stopping == .afterHost && hosts.contains { $0.id == host && $0.phase == .emptying }
    }

    /// A host of this wave is disabled before it is emptied, so that nothing fills it again; unless VMs still come to it.
    private func hasLeft(_ id: String) -> Bool {
        guard let active, let host = hosts.first(where: { $0.id == id }) else { return true }
        let isUpdated = active.current.contains { active.plan.steps[$0].work == .update(host: id) }
        guard isUpdated, !host.phase.isSettled else { return true }
        return host.phase == .emptying || active.current.contains { active.plan.steps[$0].work.reaches(id) }
    }

    private func canTake(_ host: HostView, _ vm: VMView) -> Bool {
        guard host.isLive, host.isEnabled, vm.allowedHosts?.contains(host.id) ?? true else { return false }
        if let record = hosts.first(where: { $0.id == host.id }) {
            guard !record.phase.isActive, !record.isDoubtful else { return false }
        }
        var used = 0
        for resident in view.vms where resident.power == .running && resident.host == host.id {
            used += resident.memory
        }
        for flight in inFlight {
            if case .move(let other, _, host.id) = flight.action, let coming = view.vm(other) { used += coming.memory }
        }
        return used + vm.memory <= host.memory
    }

    private func isNew(_ host: String) -> Bool { hosts.contains { $0.id == host && $0.isNew } }
    private func moves(at host: String) -> Int { inFlight.count { $0.action.moves(host) } }

    private mutating func skipStep(_ index: Int) -> Bool {
        active?.isDone[index] = true
        return false
    }

    private mutating func declareStale(_ reason: String) -> Bool {
        boundary = .stale(reason)
        return false
    }

    /// A VM runs on a host now.
    mutating func settle(vm: String, on host: String?, _ power: VMView.Power = .running) {
        glance?.vms.insert(vm)
        guard let index = view.vms.firstIndex(where: { $0.id == vm }) else {
            if let host {
                view.vms.append(VMView(id: vm, name: vm, host: host, memory: 0))
            }
            return
        }
        view.vms[index].host = host
        view.vms[index].power = power
    }

    /// A step of the plan came back.
    mutating func stepEnded(_ flight: InFlight, _ step: Int, _ outcome: Outcome) {
        guard let failure = outcome.failure else {
            active?.isDone[step] = true
            fruitlessPlans = 0
            return stepSucceeded(flight)
        }
        let again = clock.elapsed + policy.limits.poll
        active?.attempts[step] += 1
        active?.notBefore[step] = again
        note(.move, "\(flight.action.sentence(self)) failed: \(failure)")
        if case .pay(let debt) = flight.action { paid(debt, failure) }
        if case .unreachable = outcome, boundary == .open {
            // It may go on all the same: only a look at the pool can tell.
            boundary = .stale("nobody knows what became of this: \(flight.action.sentence(self))")
        }
        guard let attempts = active?.attempts[step], attempts >= policy.limits.moveAttempts else { return }
        if case .move(let vm, let from, _) = flight.action {
            hold(
                .move(vm: vm),
                "VM \(name(vm: vm)) could not be moved off \(name(from)): \(failure) Resume plans anew."
            )
        } else {
            hold(.plan, "\(flight.action.sentence(self)) failed \(attempts) times: \(failure)")
        }
        if boundary == .open { boundary = .stale("a VM could not be moved") }
    }
}

extension RolloutMachine {
    private mutating func stepSucceeded(_ flight: InFlight) {
        switch flight.action {
        case .move(let vm, let from, let to):
            settle(vm: vm, on: to)
            let text = "\(name(vm: vm)) moved from \(name(from)) to \(name(to)) in \(clock.wall - flight.begun) s."
            note(.move, text, host: from, vm: vm)
        case .stop(let stop, let host): stopped(stop, host)
        case .pay(let debt):
            paid(debt, nil)
            if case .vmRunning(let vm, let host, _) = debt { settle(vm: vm, on: host) }
        default: break
        }
    }

    /// A VM does not run any more, as somebody allowed.
    mutating func stopped(_ stop: ConsentedStop, _ host: String) {
        let vm = stop.consent.vm
        settle(vm: vm, on: nil, stop.consent.way == .suspend ? .suspended : .halted)
        let text = "\(name(vm: vm)) is stopped (\(stop.consent.way.rawValue)), as \(stop.consent.givenBy) allowed."
        note(.vmStopped, text, host: host, vm: vm)
    }
}

extension Action {
    fileprivate func sentence(_ machine: RolloutMachine) -> String {
        switch self {
        case .move(let vm, _, let to): "Moving \(machine.name(vm: vm)) to \(machine.name(to))"
        case .stop(let stop, _): "Stopping \(machine.name(vm: stop.consent.vm))"
        case .pay(let debt): "Giving back \(machine.describe(debt))"
        default: description
        }
    }
}
