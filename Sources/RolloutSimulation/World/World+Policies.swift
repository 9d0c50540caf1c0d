import Rollout

/// Every policy of a run, checked against what the world itself knows.
extension World {
    private var policy: RunPolicy { scenario.spec.policy }
    var spec: RunSpec { scenario.spec }

    /// Compares the hosts' phases with those of before: a host that begins has to be allowed to.
    func followHosts() {
        guard let machine else { return }
        let before = ledger.phases
        for host in machine.hosts {
            let phase = host.phase
            guard phase != before[host.id] else { continue }
            if phase == .checking { checkBeginning(of: host.id, before, machine) }
            if phase == .done, host.begun != nil {
                ledger.doneAt[host.id] = ledger.doneAt[host.id] ?? now
                ledger.fruitlessPlans = 0
            }
            if phase == .failed { ledger.failed.insert(host.id) }
        }
        noteHosts()
    }

    /// Takes the hosts as they are, as after a restart of the controller.
    func noteHosts() {
        for host in machine?.hosts ?? [] {
            ledger.phases[host.id] = host.phase
            if host.phase.isActive { ledger.begun.insert(host.id) }
        }
    }

    private func checkBeginning(of host: String, _ before: [String: HostPhase], _ machine: RolloutMachine) {
        func wrong(_ why: String) { violate("\(host) begins \(why)") }
        if ledger.isPaused { wrong("while the run is paused") }
        if ledger.isStopping { wrong("although the run is to stop") }
        if spec.excluded.contains(host) { wrong("although it is left out") }
        if ledger.skipped.contains(host) { wrong("although it was skipped") }
        if policy.approveEachHost, !ledger.approved.contains(host) { wrong("without an approval") }
        guard machine.stage == .rolling else { return }
        if policy.hasBarrier, !ledger.hasProceeded { wrong("before the barrier is lifted") }
        checkTime(of: host)
        guard spec.restart == .host, spec.mode == .automatic else { return }
        checkMaster(host, before)
        checkCanary(host, before)
        if isFirst(host, before, machine) { checkWave(host) }
    }

    private func checkTime(of host: String) {
        let wall = moment.wall
        let back = wall + policy.expectedHostSeconds
        if let finishBy = policy.finishBy, back > finishBy { violate("\(host) begins and is back after the deadline") }
        guard !policy.windows.isEmpty, !policy.windows.contains(where: { $0.start <= wall && back <= $0.end }) else {
            return
        }
        violate("\(host) begins outside of the windows")
    }

    /// The master goes alone, and first.
    private func checkMaster(_ host: String, _ before: [String: HostPhase]) {
        guard let master = pool.master?.id, !hasMasterChanged else { return }
        let others = before.filter { $0.key != host && $0.value.isActive }.map(\.key)
        if host == master, !others.isEmpty { violate("the master begins while \(others.sorted()) is on its way") }
        guard host != master, let phase = before[master] else { return }
        if phase.isActive { violate("\(host) begins while the master is on its way") }
        if !spec.allowsOlderMaster, let index = pool.host(master), !strangeHosts.contains(master),
            !isNew(pool.hosts[index])
        {
            violate("\(host) begins, and would become newer than the master")
        }
        if phase == .pending, !ledger.failed.contains(master) { violate("\(host) begins before the master") }
    }

    private func checkCanary(_ host: String, _ before: [String: HostPhase]) {
        guard let canary = policy.canary, host != canary.host, host != pool.master?.id, !hasMasterChanged else {
            return
        }
        guard let phase = before[canary.host] else { return }
        if !phase.isSettled { violate("\(host) begins before the canary is back") }
        if let done = ledger.doneAt[canary.host], ledger.restarted.contains(canary.host), now < done + canary.soak {
            violate("\(host) begins \(now - done) s after the canary, which is to be watched for \(canary.soak)")
        }
    }

    /// Whether no other host of its wave has begun.
    private func isFirst(_ host: String, _ before: [String: HostPhase], _ machine: RolloutMachine) -> Bool {
        guard let wave = machine.waves?.first(where: { $0.contains(host) }) else { return true }
        return wave.allSatisfy { $0 == host || before[$0] == .pending }
    }

    /// Between two waves lie the soak and the gates.
    private func checkWave(_ host: String) {
        // A host that has restarted by itself, behind the barrier, was no wave of the run.
        let last = ledger.doneAt.filter { ledger.restarted.contains($0.key) }.values.max()
        if let last, now < last + policy.soak {
            violate("\(host) begins \(now - last) s after the wave before, and the soak is \(policy.soak)")
        }
        for gate in policy.gates {
            guard let answer = ledger.gates[gate.name] else {
                violate("\(host) begins and gate \(gate.name) was not asked")
                continue
            }
            if !answer.isGreen { violate("\(host) begins and gate \(gate.name) is red") }
            if let last, answer.at < last {
                violate("\(host) begins and gate \(gate.name) was asked before the last wave")
            }
        }
    }

    /// What the run asks for: whether words and policies allow it.
    func checkAllowed(_ action: Action) {
        guard let machine else { return }
        if ledger.isPaused, !ledger.isStopping, let what = newWork(action) { violate("paused, the run \(what)") }
        if ledger.isCancelled, let what = newWork(action) { violate("cancelled, the run \(what)") }
        if let host = action.changedHost {
            if spec.excluded.contains(host) { violate("\(host) is left out, and is asked to \(action)") }
            if ledger.skipped.contains(host), !ledger.touched.contains(host) {
                violate("\(host) was skipped, and is asked to \(action)")
            }
        }
        switch action {
        case .move(let vm, let from, let to): checkMove(vm, from, to)
        case .apply(let update, let host): checkApply(update, host, machine)
        case .restartHost(let host, _): checkRestart(host, machine)
        case .plan where machine.stage == .rolling && ledger.fruitlessPlans > 5:
            violate("the run plans again and again, and nothing comes of it")
        default: break
        }
    }

    /// What is begun anew by it; nil where it carries on what was begun.
    private func newWork(_ action: Action) -> String? {
        switch action {
        case .move(let vm, _, _): "moves \(vm)"
        case .stop(let stop, _): "stops \(stop.consent.vm)"
        case .fix(let fix): "fixes \(fix)"
        case .disable(let host) where !ledger.touched.contains(host): "disables \(host)"
        case .apply(_, let host) where !ledger.touched.contains(host): "applies to \(host)"
        default: nil
        }
    }

    private func checkMove(_ vm: String, _ from: String, _ to: String) {
        if spec.restart != .host || spec.mode == .manual { violate("\(vm) moves, which this run does not need") }
        checkAvailable(without: vm)
        if pool.moves[vm] != nil { violate("\(vm) is asked to move while it is on its way") }
        if ledger.touched.contains(to), ledger.doneAt[to] == nil, !strangeHosts.contains(to),
            ledger.phases[to] == .failed || ledger.phases[to] == .skipped
        {
            violate("\(vm) moves to \(to), of which nobody knows what it runs")
        }
        let under = machine?.movesUnderWay ?? []
        for host in [from, to] {
            guard let index = pool.host(host), !strangeHosts.contains(host) else { continue }
            let moves = under.count { ($0.from == host || $0.to == host) && pool.moves[$0.vm] != nil && $0.vm != vm }
            if moves + 1 > pool.hosts[index].maxMigrations { violate("\(moves + 1) moves touch \(host) at once") }
        }
    }

    private func checkApply(_ update: String, _ host: String, _ machine: RolloutMachine) {
        if ledger.prechecked[host] != update { violate("\(update) is applied to \(host) without a precheck") }
        guard machine.stage == .rolling, spec.restart == .host, spec.mode == .automatic, !strangeHosts.contains(host),
            !ledger.retried.contains(host)
        else { return }
        guard !everStrange.contains(host) else { return }
        if let index = pool.host(host), pool.hosts[index].isEnabled, pool.hosts[index].isUp {
            violate("\(update) is applied to \(host), which is in service")
        }
        if let vm = pool.residents(host).first(where: { !everStrange.contains($0.id) }) {
            violate("\(update) is applied to \(host), on which \(vm.id) runs")
        }
        checkOrder(host)
    }

    /// The order that was asked for.
    private func checkOrder(_ host: String) {
        guard let place = spec.order.firstIndex(of: host), !policy.hasBarrier, host != pool.master?.id else { return }
        for earlier in spec.order.prefix(place) where earlier != pool.master?.id {
            guard let phase = ledger.phases[earlier], !phase.isSettled, !ledger.failed.contains(earlier),
                !everStrange.contains(earlier)
            else { continue }
            violate("\(host) goes before \(earlier), and was to go after it")
        }
    }

    private func checkRestart(_ host: String, _ machine: RolloutMachine) {
        if policy.hasBarrier, !ledger.hasProceeded { violate("\(host) restarts before the barrier is lifted") }
        if spec.mode == .manual { violate("\(host) is restarted, which the operator was to do") }
        if let residents = ledger.residents[host], !residents.isEmpty {
            violate("\(host) restarts although the last look showed \(residents) on it")
        }
        let moving = machine.movesUnderWay.filter { pool.moves[$0.vm] != nil }
        if pool.haEnabled || pool.wlbEnabled, let on = switchedOnAt, ledger.lookedAt[host, default: 0] > on {
            violate("\(host) restarts although HA or load balancing was seen to be on")
        }
        if host == pool.master?.id, !isMasterUnknown, let vm = moving.first?.vm {
            violate("the master restarts while \(vm) moves")
        }
    }
}

extension Action {
    /// The host that is changed by it.
    fileprivate var changedHost: String? {
        switch self {
        case .disable(let host), .apply(_, let host), .restartHost(let host, _), .restartAgent(let host, _): host
        default: nil
        }
    }
}
