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
        guard isAllowed(from), mayMoveBeforeApproval else { return false }
        guard let subject = view.vm(vm), subject.power == .running, subject.host != to else { return skipStep(index) }
        guard subject.host == from else { return declareStale("VM \(subject.name) is not on \(name(from)) any more") }
        guard hasLeft(from), let source = view.host(from), let target = view.host(to), canTake(target, subject) else {
            return false
        }
        guard !isNew(from) || isNew(to) else {
            return declareStale("VM \(subject.name) would move from \(source.name) to \(target.name), which is older")
        }
        guard moves(at: from) < source.maxMigrations, moves(at: to) < target.maxMigrations else { return false }
        oweHome(vm, from: from)
        emit(.move(vm: vm, from: from, to: to), step: index)
        return true
    }

    /// Where each host waits for a word, no VM moves for its sake before.
    private var mayMoveBeforeApproval: Bool {
        !policy.approveEachHost || isHomeward
            || hosts.contains { $0.phase.isActive || $0.isApproved && $0.phase == .pending }
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
                "VM \(subject.name) on \(name(host)) has to be \(way.participle): allow it, or skip the host."
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

    func isNew(_ host: String) -> Bool { hosts.contains { $0.id == host && $0.isNew } }
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
    mutating func settle(
        vm: String,
        on host: String?,
        _ power: VMView.Power = .running,
        named: String? = nil
    ) {
        glance?.vms.insert(vm)
        guard let index = view.vms.firstIndex(where: { $0.id == vm }) else {
            if let host {
                view.vms.append(VMView(id: vm, name: named ?? vm, host: host, memory: 0))
            }
            return
        }
        view.vms[index].host = host
        view.vms[index].power = power
    }

    /// A step of the plan came back.
    mutating func stepEnded(_ flight: InFlight, _ step: Int, _ outcome: Outcome) {
        if case .overtaken(let text) = outcome { return stepOvertaken(flight, step, text) }
        guard let failure = outcome.failure else {
            active?.isDone[step] = true
            fruitlessPlans = 0
            return stepSucceeded(flight, outcome)
        }
        if let vm = flight.action.vm { uncertain.insert(vm) }
        let again = clock.elapsed + policy.limits.poll
        active?.attempts[step] += 1
        active?.notBefore[step] = again
        let subject = flight.action.vm.map { name(vm: $0) } ?? ""
        let whatFailed = "\(flight.action.sentence(self)) failed.".because(failure, about: "VM \(subject)")
        note(.move, whatFailed)
        if case .pay(let debt) = flight.action { paid(debt, failure) }
        if case .unreachable = outcome, boundary == .open {
            // It may go on all the same: only a look at the pool can tell.
            boundary = .stale("nobody knows what became of this: \(flight.action.sentence(self))")
        }
        guard let attempts = active?.attempts[step], attempts >= policy.limits.moveAttempts else { return }
        if case .move(let vm, let from, _) = flight.action {
            let text = "VM \(subject) could not be moved off \(name(from))."
            hold(.move(vm: vm), "\(text.because(failure, about: "VM \(subject)")) Resume plans anew.")
        } else {
            hold(.plan, "\(whatFailed) That was tried \(attempts) times: resume plans anew.")
        }
        if boundary == .open { boundary = .stale("a VM could not be moved") }
    }
}

extension RolloutMachine {
    /// Somebody else has decided what becomes of the VM: it stays as it is, and the plan is made anew.
    private mutating func stepOvertaken(_ flight: InFlight, _ step: Int, _ text: String) {
        active?.isDone[step] = true
        switch flight.action {
        case .move(let vm, _, _):
            note(.deviation, text.asSentence, vm: vm)
            if let home = home(of: vm) { drop(home, text) }
            uncertain.insert(vm)
        case .stop(let stop, _): stopOvertaken(stop, text)
        case .pay(let debt): payOvertaken(debt, text)
        default: break
        }
        if boundary == .open { boundary = .stale(text.asClause) }
    }

    private mutating func stepSucceeded(_ flight: InFlight, _ outcome: Outcome) {
        switch flight.action {
        case .move(let vm, let from, let to):
            settle(vm: vm, on: to)
            arrived(vm, on: to)
            let text = "\(name(vm: vm)) moved from \(name(from)) to \(name(to)) in \(clock.wall - flight.begun) s."
            note(.move, text, host: from, vm: vm)
        case .stop(let stop, let host): stopped(stop, host)
        case .pay(let debt):
            if case .paidOtherwise(let text) = outcome {
                paid(debt, otherwise: text)
                if case .vmRunning(let vm, _, _) = debt { uncertain.insert(vm) }
                if boundary == .open { boundary = .stale(text.asClause) }
                return
            }
            paid(debt, nil)
            if case .vmRunning(let vm, let host, _) = debt { settle(vm: vm, on: host) }
        default: break
        }
    }

    /// A VM that was to be stopped does not run any more: that is not the run's to undo.
    mutating func stopOvertaken(_ stop: ConsentedStop, _ text: String) {
        let vm = stop.consent.vm
        if let debt = debt(ofVM: vm) { drop(debt, text) }
        uncertain.insert(vm)
    }

    /// Somebody has settled a debt in his own way.
    mutating func payOvertaken(_ debt: Debt, _ text: String) {
        drop(debt, text)
        if case .vmRunning(let vm, _, _) = debt { uncertain.insert(vm) }
        if case .vmHome(let vm, _) = debt { uncertain.insert(vm) }
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
        case .move(let vm, let from, let to):
            "Moving \(machine.name(vm: vm)) from \(machine.name(from)) to \(machine.name(to))"
        case .stop(let stop, _): "Stopping \(machine.name(vm: stop.consent.vm))"
        case .pay(let debt): "Giving back \(machine.describe(debt))"
        default: description
        }
    }
}
