extension RolloutMachine {
    /// Carries the plan out, wave by wave.
    mutating func roll() -> Bool {
        for index in hosts.indices {
            if stepHost(index) || awaitOperator(index) { return true }
        }
        if fixInBetween() || leaveIfOver() { return true }
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
            if holdForMissing() {
                boundary = .looking(reason)
                return true
            }
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
            note(.plan, "Wave \(min(active.wave + 1, max(1, active.plan.waves.count))) is over.")
            return true
        }
        return declareStuck(active)
    }

    /// Every step is done. Hosts that are left although the plan is over need another plan.
    private mutating func finishPlan() -> Bool {
        if hosts.contains(where: { $0.phase == .pending }) {
            boundary = .stale("hosts are left of which the plan took no care")
            return true
        }
        guard isHomeward, canGoHome else { return false }
        boundary = .looking("VMs go back to where they were")
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
            if isHomeward, !homes.isEmpty {
                giveUpGoingHome("Three plans in a row could not be carried out: \(reason).")
                return true
            }
            hold(
                .plan,
                "Three plans in a row could not be carried out: \(reason). Look at the pool, then resume the run."
            )
            return false
        }
        note(.plan, "The plan is made anew: \(reason).")
        // What lies between two waves lies before this plan's first one, too.
        let isWatched = policy.soak > 0 || policy.canary != nil || !policy.gates.isEmpty
        boundary = isWatched ? .soaking(until: endOfWatch) : .looking(reason)
        return true
    }

    /// Until when hosts that are back are watched before others begin, by the run's own clock.
    private var endOfWatch: Int64 {
        let soak = lastReturn.map { $0 + policy.soak } ?? 0
        let canary = canaryDone.map { $0 + (policy.canary?.soak ?? 0) } ?? 0
        return max(clock.elapsed, soak, canary)
    }

    func request(_ reason: String) -> PlanRequest {
        let unusable = hosts.filter { host in
            let seen = view.host(host.id)
            // One in maintenance mode takes part as it is, and no VMs.
            return seen?.isLive != true || seen?.isEnabled != true && !host.isMaintained || host.isDoubtful
        }
        let wanted = hosts.filter { $0.phase == .pending }
        var request = PlanRequest(
            view: view,
            hosts: wanted.map(\.id),
            updated: hosts.filter(\.isNew).map(\.id),
            unusable: unusable.map(\.id),
            spec: spec ?? RunSpec(run: "", startedBy: "", updates: []),
            consents: consents,
            rest: active.flatMap { $0.hasRest && !$0.isOutdated ? $0.rest : nil },
            reason: reason
        )
        request.closed = hosts.filter(\.isMaintained).map(\.id)
        request.homes = homes
        return request
    }

    /// The planner's answer.
    mutating func planned(_ answer: PlanAnswer) {
        // A host was given up meanwhile: the answer is to a question of before.
        guard case .asking = boundary else { return }
        switch answer {
        case .keep:
            if let rest = active?.rest { active = ActivePlan(rest) }
        case .new(let plan):
            let waves = active?.plan.waves ?? []
            active = ActivePlan(plan)
            firstPlan = firstPlan ?? plan
            note(.plan, sentence(plan))
            // What is shown of the waves stays, while VMs go home after the last of them.
            if plan.waves.isEmpty { active?.plan.waves = waves }
        case .impossible(let text, _):
            if isHomeward {
                // What is left is given back at the end, as far as that is possible.
                boundary = .stale(text)
                if !homes.isEmpty { giveUpGoingHome(text) }
                return
            }
            boundary = .looking("after an impossible plan")
            return hold(.plan, "There is no plan for the pool as it is: \(text.asSentence)")
        }
        if let next = active?.nextWave { active?.wave = next }
        boundary = .waiting
    }

    private func sentence(_ plan: RolloutPlan) -> String {
        if plan.steps.isEmpty { return "Nothing is left to be planned." }
        guard !plan.waves.isEmpty else {
            return
                "\(plan.steps.count.of("VM goes", "VMs go")) back to where \(plan.steps.count == 1 ? "it was" : "they were")."
        }
        let waves = plan.waves.map { wave in wave.map { name($0) }.joined(separator: " ") }.joined(separator: ", then ")
        return "\(plan.waves.count.of("wave")): \(waves); \(plan.mixedSeconds) s of mixed state expected."
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
        // Moves back home are left, of this plan or of one that is still to be made.
        if homeObstacle == nil, let active, active.hasRest, pausedBy != nil || boundary.isGoingOn { return false }
        if canGoHome { return false }
        if policy.balances == true, case .stale(let reason) = boundary, active?.hasRest == true {
            note(.deviation, "VMs are not spread as evenly as planned: \(reason).")
        }
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
