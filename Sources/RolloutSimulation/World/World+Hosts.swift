import Rollout

extension World {
    enum Program { case precheck, apply }

    /// Of what the plan expects a host to take, the part that is the package's program.
    private static let applySeconds = 120

    /// A package program on a host.
    func run(_ program: Program, _ update: String, _ host: String, _ id: OperationID) {
        guard let index = pool.host(host), pool.hosts[index].isUp else {
            return answer(id, .failed("the host does not answer."), after: 5)
        }
        let state = pool.hosts[index]
        if program == .apply, ledger.withdrawn.contains(host), !state.stamps.contains(update) {
            violate("\(host) would take what the pool does not offer as it was pinned")
        }
        guard state.busyUntil <= now else { return answer(id, .failed("another operation is in progress."), after: 1) }
        if let refusal = refusal(of: program, update, host) { return answer(id, .failed(refusal), after: 1) }
        if state.stamps.contains(update) {
            if program == .precheck { ledger.prechecked[host] = update }
            return answer(id, .done, after: 1)
        }
        if state.halfApplied != nil {
            return answer(id, .failed("a backup of an earlier attempt is in the way."), after: 2)
        }
        let faults = scenario.faults
        let seconds =
            scenario.isOnTime
            ? program == .precheck ? 0 : Self.applySeconds
            : program == .precheck ? random.within(5...30) : random.within(30...180)
        var end = ProgramEnd.passed
        if program == .precheck, random.percent(faults.precheckFails) { end = .failed }
        if program == .apply, random.percent(faults.applyFails) { end = .failed }
        if program == .apply, random.percent(faults.applyHalf) { end = .half }
        pool.hosts[index].busyUntil = now + Int64(seconds)
        if random.percent(faults.programHangs) {
            pool.hosts[index].busyUntil = now + 8 * 3600
            return
        }
        let event = Event.programEnds(
            program,
            host: host,
            update: update,
            id,
            end,
            boot: state.boots,
            life: life
        )
        events.add(event, at: now + Int64(seconds))
    }

    func endProgram(
        _ program: Program,
        _ host: String,
        _ update: String,
        _ id: OperationID,
        _ end: ProgramEnd,
        _ boot: Int,
        _ life: Int
    ) {
        guard let index = pool.host(host), pool.hosts[index].isUp, pool.hosts[index].boots == boot else { return }
        pool.hosts[index].busyUntil = 0
        switch end {
        case .failed: answer(id, .failed("exited with status 1."), life: life)
        case .half:
            pool.hosts[index].halfApplied = update
            answer(id, .failed("exited with status 3 in the middle."), life: life)
        case .passed:
            if program == .precheck {
                ledger.prechecked[host] = update
            } else {
                pool.hosts[index].stamps.insert(update)
                pool.hosts[index].packages.insert(update)
                if scenario.spec.restart != .host || pool.hosts[index].isMended == true {
                    pool.hosts[index].running.insert(update)
                }
            }
            answer(id, .done, life: life)
        }
    }

    /// A restart that the run wants.
    func restart(_ host: String, _ bootID: String, _ id: OperationID) {
        guard let index = pool.host(host), pool.hosts[index].isUp else {
            return answer(id, .unreachable("it is down."), after: 5)
        }
        guard pool.hosts[index].bootID == bootID else { return answer(id, .done, after: 1) }
        let residents = pool.residents(host)
        guard residents.isEmpty else {
            if !strangeHosts.contains(host), let vm = residents.first(where: { !strangeVMs.contains($0.id) }) {
                violate("\(host) would restart with VM \(vm.id) on it")
            }
            return answer(id, .failed("VM \(residents[0].name) runs on it."), after: 1)
        }
        guard !pool.hosts[index].isMarked else {
            return answer(id, .failed("another operation, shutdown, is under way on it."), after: 1)
        }
        beginRestart(index, id)
    }

    /// A host goes down by itself, with everything that runs on it.
    func dies(_ index: Int) {
        guard pool.hosts[index].isUp else { return }
        trace("\(pool.hosts[index].id) dies")
        let update = updates.first { !pool.hosts[index].stamps.contains($0.uuid) }?.uuid
        if pool.hosts[index].busyUntil > now, random.percent(50) { pool.hosts[index].halfApplied = update }
        estrange(host: pool.hosts[index].id)
        goDown(index)
    }

    /// A host goes down, and comes back as its fate has it.
    func goDown(_ index: Int) {
        let id = pool.hosts[index].id
        pool.hosts[index].isUp = false
        pool.hosts[index].busyUntil = 0
        for vm in pool.vms.indices where pool.vms[vm].host == id && pool.vms[vm].power == .running {
            estrange(vm: pool.vms[vm].id)
            pool.vms[vm].power = .halted
            pool.vms[vm].host = nil
            pool.vms[vm].isStoppedByHand = true
        }
        for (vm, move) in pool.moves where move.from == id || move.to == id {
            pool.moves[vm] = nil
            estrange(vm: vm)
        }
        let faults = scenario.faults
        var delay = random.within(120...480)
        if scenario.isOnTime, let expected = machine?.expectedSeconds(host: id) {
            delay = expected - (updates.isEmpty ? 0 : Self.applySeconds)
        }
        if random.percent(faults.returnsLate) { delay += 1800 }
        var kind = ReturnKind.well
        if random.percent(faults.returnsOld) { kind = .old }
        if random.percent(faults.losesStorage) { kind = .withoutStorage }
        if fate.percent(faults.returnsUnstamped) { kind = .withoutStamps }
        if fate.percent(faults.returnsOldKernel) { kind = .oldKernel }
        if random.percent(faults.neverReturns) {
            pool.hosts[index].isStuck = true
        } else {
            events.add(.hostUp(host: id, boot: pool.hosts[index].boots, kind), at: now + Int64(delay))
        }
    }

    func comeUp(_ host: String, _ boot: Int, _ kind: ReturnKind) {
        guard let index = pool.host(host), pool.hosts[index].boots == boot, !pool.hosts[index].isUp else { return }
        pool.hosts[index].isUp = true
        // As on real hosts: a boot takes a host back into service, whatever it runs.
        pool.hosts[index].isEnabled = true
        pool.hosts[index].isStuck = false
        pool.hosts[index].boots += 1
        pool.hosts[index].agentStart = now
        if kind == .old {
            for update in updates { pool.hosts[index].packages.remove(update.uuid) }
        }
        if kind == .withoutStorage { pool.hosts[index].lacksStorage = true }
        if kind != .oldKernel {
            let installed = pool.hosts[index].stamps.union(pool.hosts[index].lostStamps)
            pool.hosts[index].running = installed.intersection(pool.hosts[index].packages)
        }
        if kind == .withoutStamps { pool.hosts[index].loseStamps() }
        pool.hosts[index].isMarked = false
        down.remove(host)
        comeUpTormented(index)
        trace("\(host) is up (\(kind))")
    }

    func restartAgent(_ host: String, _ startedAt: Int64, _ id: OperationID) {
        guard let index = pool.host(host), pool.hosts[index].isUp else {
            return answer(id, .unreachable("it is down."), after: 5)
        }
        if pool.hosts[index].agentStart <= startedAt { events.add(.agentUp(host: host), at: now + 20) }
        answer(id, .done, after: 1)
    }
}
