extension RolloutMachine {
    /// Looks at the pool before anything is changed.
    mutating func survey() -> Bool {
        guard holds.isEmpty, pausedBy == nil, inFlight.isEmpty, clock.elapsed >= nextCall else { return false }
        emit(.observe)
        return true
    }

    /// The pool did not answer: again after a while, then hold.
    mutating func poolIsSilent(_ reason: String) {
        failedCalls += 1
        nextCall = clock.elapsed + policy.limits.poll
        if Int64(failedCalls) * policy.limits.poll >= policy.limits.hostReturn {
            failedCalls = 0
            hold(.pool, "The pool does not answer: \(reason) Look at its master, then resume the run.")
        }
    }

    /// Decides what the first look means.
    mutating func surveyed(_ view: PoolView) {
        guard let spec else { return }
        self.view = view
        failedCalls = 0
        problems = Prechecks.problems(view, spec)
        if let refusal = problems.first(where: { $0.check == .specification && $0.severity == .blocking }) {
            note(.precheck, refusal.text)
            return leave(.refused)
        }
        enroll(view, spec)
        guard hosts.contains(where: { !$0.phase.isSettled }) else {
            note(.run, "Every host has the update already: there is nothing to do.")
            return leave(.nothingToDo)
        }
        let wanted = problems.compactMap(\.fix)
        if policy.fixesProblems || isFixingAsked, !wanted.isEmpty, fixRounds < 3 {
            fixRounds += 1
            fixes = wanted
            stage = .fixing
            return
        }
        let blocking = problems.filter { $0.severity == .blocking }
        guard blocking.isEmpty else {
            let texts = blocking.map(\.text).joined(separator: " ")
            return hold(.prechecks, "\(blocking.count) prechecks failed: \(texts) Resume checks again.")
        }
        for problem in problems { note(.precheck, problem.text, host: problem.host, vm: problem.vm) }
        if spec.mode == .manual || spec.policy.hasBarrier {
            stage = .applyingEverywhere
        } else {
            stage = .rolling
        }
    }

    private mutating func enroll(_ view: PoolView, _ spec: RunSpec) {
        guard hosts.isEmpty else { return }
        let rank = Dictionary(spec.order.enumerated().map { ($1, $0) }) { first, _ in first }
        let sorted = view.hosts.enumerated().sorted { a, b in
            let left = (a.element.isMaster ? 0 : 1, rank[a.element.id] ?? .max, a.offset)
            return left < (b.element.isMaster ? 0 : 1, rank[b.element.id] ?? .max, b.offset)
        }
        for (_, host) in sorted {
            var record = HostRecord(host)
            record.applied = updates.map(\.uuid).filter(host.applied.contains)
            if host.has(updates) {
                record.phase = .done
                record.isNew = true
                record.reason = "has the update already"
            } else if spec.excluded.contains(host.id) {
                record.phase = .skipped
                record.reason = "left out by \(spec.startedBy)"
            }
            hosts.append(record)
        }
    }

    /// Removes one problem after the other.
    mutating func fixNext() -> Bool {
        guard inFlight.isEmpty else { return false }
        if stopping != nil {
            fixes = []
            return stopIfAsked()
        }
        guard holds.isEmpty, pausedBy == nil else { return false }
        guard !fixes.isEmpty else {
            stage = .surveying
            return true
        }
        let fix = fixes.removeFirst()
        if let debt = fix.debt { owe(debt) }
        emit(.fix(fix))
        return true
    }

    /// Applies on every host, one after another, with nothing restarted: before the barrier, and in manual mode.
    mutating func applyEverywhere() -> Bool {
        guard let spec else { return false }
        for index in hosts.indices where hosts[index].phase.isActive { return stepHost(index) }
        if mayBegin, let next = hosts.firstIndex(where: { $0.phase == .pending }) {
            begin(next)
            return true
        }
        if stopping != nil { return stopIfAsked() }
        guard !hosts.contains(where: { $0.phase == .pending }), holds.isEmpty else { return false }
        if spec.policy.hasBarrier, hosts.contains(where: { $0.phase == .applied }) {
            stage = .barrier
            hold(
                .barrier,
                "The update is applied on every host: do what has to be done before the restarts, then proceed."
            )
            return true
        }
        pastTheBarrier()
        return true
    }

    /// From here hosts restart: by the run, or by the operator.
    mutating func pastTheBarrier() {
        for index in hosts.indices where hosts[index].phase == .applied {
            hosts[index].phase = spec?.mode == .manual ? .awaitingOperator : .pending
        }
        stage = .rolling
        boundary = .gating(next: 0)
    }
}
