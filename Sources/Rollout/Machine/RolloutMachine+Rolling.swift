extension RolloutMachine {
    /// Carries the plan out, wave by wave.
    mutating func roll() -> Bool {
        for index in hosts.indices {
            if stepHost(index) || awaitOperator(index) { return true }
        }
        if leaveIfOver() { return true }
        if spec?.mode == .manual { return false }
        switch boundary {
        case .stale(let reason): return quieten(reason)
        case .soaking(let until):
            guard clock.elapsed >= until else { return false }
            boundary = .gating(next: 0)
            return true
        case .gating(let next):
            guard mayBegin, !isPoolBusy else { return false }
            guard policy.gates.indices.contains(next) else {
                boundary = .looking(
                    hosts.contains { $0.isNew && $0.begun != nil } ? "before the next wave" : "to begin"
                )
                return true
            }
            emit(.check(policy.gates[next]))
            return true
        case .looking:
            guard mayBegin, inFlight.isEmpty, clock.elapsed >= nextCall else { return false }
            emit(.observe)
            return true
        case .asking(let reason):
            guard mayBegin, inFlight.isEmpty else { return false }
            emit(.plan(request(reason)))
            return true
        case .waiting:
            guard mayBegin else { return false }
            return openWave()
        case .open: return work()
        }
    }

    /// Starts what is ready in the open wave; turns to the next one when nothing is left.
    private mutating func work() -> Bool {
        guard let active else { return false }
        for step in active.current {
            if startStep(step) { return true }
            // A step may have turned out to be done, or the plan to be stale.
            if self.active?.isDone[step] != false || boundary != .open { return true }
        }
        if openHost() || glanceAround(self.active ?? active) { return true }
        if active.current.isEmpty, !isMoving, !hosts.contains(where: { $0.phase.isActive }) {
            guard active.hasRest else { return finishPlan() }
            let hadCanary = canaryDone.map { clock.elapsed < $0 + (policy.canary?.soak ?? 0) } ?? false
            let soak = hadCanary ? (canaryDone ?? 0) + (policy.canary?.soak ?? 0) : 0
            boundary = .soaking(until: max(clock.elapsed + policy.soak, soak))
            note(.plan, "Wave \(active.wave + 1) is over.")
            return true
        }
        return declareStuck(active)
    }

    /// Every step is done. Hosts that are left although the plan is over need another plan.
    private mutating func finishPlan() -> Bool {
        guard hosts.contains(where: { $0.phase == .pending }) else { return false }
        boundary = .stale("hosts are left that the plan did not update")
        return true
    }

    /// Nothing is under way and nothing can begin: the plan does not fit any more.
    private mutating func declareStuck(_ active: ActivePlan) -> Bool {
        guard inFlight.isEmpty, !hosts.contains(where: { $0.phase.isActive && $0.phase != .emptying }),
            !active.current.contains(where: { active.notBefore[$0] > clock.elapsed })
        else { return false }
        if stopping == .afterHost, hosts.contains(where: \.phase.isActive), !needsGlance(active) {
            boundary = .stale("a host that was begun can not be emptied any more")
            return true
        }
        guard mayBegin, awaitedApprovals.isEmpty, !needsGlance(active) else { return false }
        boundary = .stale("the plan can go no further in the pool as it is now")
        return true
    }

    /// Lets everything end that has begun; hosts that were only emptied go back into service. Then plans anew.
    private mutating func quieten(_ reason: String) -> Bool {
        for index in hosts.indices where hosts[index].phase == .emptying && !isMoving {
            enter(index, .backingOut)
            hosts[index].afterBackingOut = hosts[index].afterBackingOut == .skipped ? .skipped : .pending
            return true
        }
        guard mayBegin, isQuiet, inFlight.isEmpty else { return false }
        fruitlessPlans += 1
        guard fruitlessPlans <= 3 else {
            hold(
                .plan,
                "Three plans in a row could not be carried out: \(reason). Look at the pool, then resume the run."
            )
            return false
        }
        note(.plan, "The plan is made anew: \(reason).")
        boundary = .looking(reason)
        return true
    }

    func request(_ reason: String) -> PlanRequest {
        let unusable = hosts.filter { host in
            let seen = view.host(host.id)
            return seen?.isLive != true || seen?.isEnabled != true
                || host.isDoubtful
        }
        let wanted = hosts.filter { $0.phase == .pending }
        return PlanRequest(
            view: view,
            hosts: wanted.map(\.id),
            updated: hosts.filter(\.isNew).map(\.id),
            unusable: unusable.map(\.id),
            spec: spec ?? RunSpec(run: "", startedBy: "", updates: []),
            consents: consents,
            rest: active.flatMap { $0.hasRest ? $0.rest : nil },
            reason: reason
        )
    }

    /// The planner's answer.
    mutating func planned(_ answer: PlanAnswer) {
        switch answer {
        case .keep:
            if let rest = active?.rest { active = ActivePlan(rest) }
        case .new(let plan):
            active = ActivePlan(plan)
            firstPlan = firstPlan ?? plan
            let waves = plan.waves.map { wave in wave.map { name($0) }.joined(separator: " ") }.joined(
                separator: ", then "
            )
            note(.plan, "\(plan.waves.count) waves: \(waves); \(plan.mixedSeconds) s of mixed state expected.")
        case .impossible(let text, _):
            boundary = .looking("after an impossible plan")
            return hold(.plan, "There is no plan for the pool as it is: \(text)")
        }
        if let next = active?.nextWave { active?.wave = next }
        boundary = .waiting
    }

    /// Opens the wave when windows and deadline allow.
    private mutating func openWave() -> Bool {
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

    private mutating func openHost() -> Bool {
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
            guard others.isEmpty || !host.isMaster && !others.contains(where: \.isMaster) else { return false }
            // VMs still come to the host, or leave it for another wave's sake.
            guard !current.contains(where: { active.plan.steps[$0].work.reaches(id) }) else { return false }
            return mayStart(step)
                || current.contains { active.plan.steps[$0].work.leaves(id, in: view) && mayStart($0) }
        }
    }

    /// Looks at a host that the operator is to restart.
    private mutating func awaitOperator(_ index: Int) -> Bool {
        let host = hosts[index]
        guard host.phase == .awaitingOperator, !isBusy(host.id), clock.elapsed >= host.nextLook, stopping == nil else {
            return false
        }
        emit(.inspect(host: host.id))
        return true
    }

    /// Turns to the end once nothing is left to do, or nothing may be begun any more.
    private mutating func leaveIfOver() -> Bool {
        if stopping != nil { return stopIfAsked() }
        guard isQuiet, holds.isEmpty, hosts.allSatisfy(\.phase.isSettled) else { return false }
        // Moves back home are left.
        if let active, active.hasRest, pausedBy != nil || boundary.isGoingOn { return false }
        stage = .finishing
        nextCall = 0
        failedCalls = 0
        return true
    }
}

extension Boundary {
    /// Whether the plan still leads somewhere.
    fileprivate var isGoingOn: Bool {
        if case .stale = self { return false }
        return true
    }
}
