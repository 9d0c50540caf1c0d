/// A look at the pool while hosts are on their way.
struct Glance: Hashable, Sendable {
    /// By position in the plan: what was done when the look was asked for.
    var done: [Bool]
    /// VMs and hosts with which the run had to do meanwhile: of these it knows more than a look that may be older.
    var vms: Set<String>
    var hosts: Set<String>
}

/// Waves that overlap: where nothing lies between two waves, the next one begins while hosts of this one are on their way.
///
/// No host begins, and no wave opens, without a look that is newer than the hosts' return for which it waits, and without
/// the checker's word that what is left of the plan fits the pool as it will be once everything under way has ended.
extension RolloutMachine {
    /// Whether nothing that an operator asked for lies between this wave and the next.
    private var mayOverlap: Bool {
        guard policy.soak == 0, policy.gates.isEmpty, !policy.approveEachHost else { return false }
        guard let canary = policy.canary, let host = hosts.first(where: { $0.id == canary.host }) else { return true }
        guard let canaryDone else { return host.phase.isSettled }
        return clock.elapsed >= canaryDone + canary.soak
    }

    /// The wave that could be opened before all hosts of this one are back: all of them have begun, and some step waits for
    /// nothing else.
    private func wave(after active: ActivePlan) -> Int? {
        guard mayOverlap, let next = active.laterWave else { return nil }
        let isBegun = active.current.allSatisfy { step in
            guard case .update(let id) = active.plan.steps[step].work else { return true }
            return hosts.first { $0.id == id }?.phase != .pending
        }
        guard isBegun else { return nil }
        return active.steps(of: next).contains(where: active.isReady) ? next : nil
    }

    /// Whether a host or a wave waits for nothing but a look.
    func needsGlance(_ active: ActivePlan) -> Bool {
        guard !hosts.contains(where: { $0.isMaster && $0.phase.isActive }) else { return false }
        if wave(after: active) != nil { return true }
        let emptied = hosts.filter { $0.phase == .emptying }.compactMap { active.update(of: $0.id) }
        if emptied.contains(where: { active.isReady($0) && !active.isSeen($0) }) { return true }
        return beginners(active, where: active.isReady) != beginners(active, where: active.isSeen)
    }

    /// Asks for a look where one is needed.
    mutating func glanceAround(_ active: ActivePlan) -> Bool {
        guard glance == nil, mayBegin || stopping == .afterHost, clock.elapsed >= nextCall, needsGlance(active) else {
            return false
        }
        emit(.observe)
        glance = Glance(done: active.isDone, vms: [], hosts: Set(hosts.filter(\.phase.isActive).map(\.id)))
        noteUnderWay()
        return true
    }

    private mutating func noteUnderWay() {
        for flight in inFlight { if let vm = flight.action.vm { glance?.vms.insert(vm) } }
        for host in hosts where host.phase.isActive { glance?.hosts.insert(host.id) }
    }

    /// What the look found; then the checker is asked.
    mutating func glanced(_ outcome: Outcome) {
        noteUnderWay()
        guard let glance, stage == .rolling, boundary == .open else {
            self.glance = nil
            return
        }
        guard case .pool(var seen) = outcome else {
            self.glance = nil
            return poolIsSilent(outcome.failure ?? "")
        }
        failedCalls = 0
        for index in seen.vms.indices where glance.vms.contains(seen.vms[index].id) {
            if let known = view.vm(seen.vms[index].id) { seen.vms[index] = known }
        }
        for index in seen.hosts.indices where glance.hosts.contains(seen.hosts[index].id) {
            let id = seen.hosts[index].id
            if var known = view.host(id) {
                // Who is the master is not the run's doing.
                known.isMaster = seen.hosts[index].isMaster
                seen.hosts[index] = known
            }
            if let done = hosts.first(where: { $0.id == id && $0.phase == .done }) {
                seen.hosts[index].bootID = done.bootAfter
            }
        }
        guard !waits(for: seen.others), !isBusy(seen) else {
            self.glance = nil
            return
        }
        take(seen)
        guard !noticed(seen.switches) else {
            self.glance = nil
            return
        }
        guard !verifyAgain() else {
            self.glance = nil
            boundary = .stale("a host that was \(purpose.participle) has restarted since")
            return
        }
        emit(.plan(outlook()))
    }

    /// The rest of the plan, and the pool as it will be when it begins: once everything under way has ended as it should.
    private func outlook() -> PlanRequest {
        var later = self
        for flight in inFlight {
            guard let step = flight.step else { continue }
            later.active?.isDone[step] = true
            switch active?.plan.steps[step].work {
            case .move(let vm, _, let to): later.settle(vm: vm, on: to)
            case .start(let vm, let host, _): later.settle(vm: vm, on: host)
            case .suspend(let vm): later.settle(vm: vm, on: nil, .suspended)
            case .shutdown(let vm): later.settle(vm: vm, on: nil, .halted)
            case .update, nil: break
            }
        }
        for index in hosts.indices where hosts[index].phase.isActive {
            let id = hosts[index].id
            if let at = later.view.hosts.firstIndex(where: { $0.id == id }) {
                later.view.hosts[at].isEnabled = !hosts[index].isMaintained
                later.view.hosts[at].isLive = true
            }
            if hosts[index].phase.isUpdating {
                later.active?.finish(updateOf: id)
                later.hosts[index].isNew = true
                later.hosts[index].phase = .done
            } else if hosts[index].phase != .backingOut {
                later.hosts[index].phase = .pending
            }
        }
        var request = later.request("while hosts are on their way")
        request.isCheck = true
        return request
    }

    /// The checker's word.
    mutating func foreseen(_ answer: PlanAnswer) {
        guard let glance else { return }
        self.glance = nil
        guard boundary == .open, stage == .rolling, let active else { return }
        guard case .keep = answer else {
            boundary = .stale("the rest of the plan does not fit the pool as it is now")
            return
        }
        self.active?.isSeen = zip(active.isSeen, glance.done).map { $0 || $1 }
        guard let next = wave(after: active) else { return }
        let away = hosts.filter(\.phase.isActive).map(\.name).joined(separator: ", ")
        self.active?.wave = next
        let what =
            next < active.plan.waves.count ? "Wave \(next + 1) begins" : "VMs begin to go back to where they were"
        note(.plan, "\(what), with \(away.isEmpty ? "no host" : away) still on the way.")
    }
}

extension Action {
    /// The VM that moves, stops or starts by it.
    var vm: String? {
        switch self {
        case .move(let vm, _, _), .pay(.vmRunning(let vm, _, _)), .pay(.vmHome(let vm, _)): vm
        case .stop(let stop, _): stop.consent.vm
        default: nil
        }
    }
}
