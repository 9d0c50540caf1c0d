extension RolloutMachine {
    /// Looks at the pool, and asks whoever else has to be asked, before anything is changed.
    mutating func survey() -> Bool {
        guard stopping == nil, holds.isEmpty, pausedBy == nil, clock.elapsed >= nextCall else { return false }
        if isScheduled {
            guard !isBeforeItsTime else { return false }
            awake()
        }
        guard let inquiry else {
            guard inFlight.isEmpty else { return false }
            emit(.observe)
            return true
        }
        if let next = inquiry.left.first {
            guard inFlight.count < Inquiry.most else { return false }
            self.inquiry?.left.removeFirst()
            emit(next)
            return true
        }
        guard inFlight.isEmpty else { return false }
        self.inquiry = nil
        judge(Prechecks.sorted(inquiry.found))
        return true
    }

    /// The pool did not answer: again after a while, then hold.
    mutating func poolIsSilent(_ reason: String) {
        failedCalls += 1
        nextCall = clock.elapsed + policy.limits.poll
        if Int64(failedCalls) * policy.limits.poll >= policy.limits.hostReturn {
            failedCalls = 0
            let why = reason.isEmpty ? "" : " \(reason.asSentence)"
            hold(.pool, "The pool does not answer.\(why) Look at its master, then resume the run.")
        }
    }

    /// The first look: whether there is anything to do, and what has to be asked beside.
    mutating func surveyed(_ view: PoolView) {
        guard let spec else { return }
        if looksThroughout { take(view) } else { self.view = view }
        failedCalls = 0
        problems = Prechecks.problems(view, asked)
        if let refusal = problems.first(where: { $0.check == .specification && $0.severity == .blocking }) {
            note(.precheck, refusal.text)
            return leave(.refused)
        }
        enroll(view, spec)
        guard hosts.contains(where: { !$0.phase.isSettled }) else {
            let hasAll = hosts.allSatisfy { $0.phase == .done }
            note(.run, hasAll ? "Every host has the update already: there is nothing to do." : "No host is left to do.")
            return leave(.nothingToDo)
        }
        inquiry = Inquiry(left: inquiries(view), found: problems)
    }

    /// What was asked for, with what operators have said since.
    var asked: RunSpec {
        var asked = spec ?? RunSpec(run: "", startedBy: "", updates: [])
        asked.consents = consents
        asked.maintained = hosts.filter(\.isMaintained).map(\.id)
        asked.excluded += hosts.filter { $0.phase == .skipped && !asked.excluded.contains($0.id) }.map(\.id)
        return asked
    }

    /// Decides whether the run may begin.
    private mutating func judge(_ found: [Problem]) {
        problems = found
        guard !waitsForItsTime() else { return }
        let blocking = problems.filter { $0.severity == .blocking }
        let wanted = problems.compactMap(\.fix).filter { isFixingAsked && $0.isRoutine || spec?.allows($0) ?? false }
        // Nothing is switched off for a run that can not begin all the same, unless an operator wants just that.
        let isWorthIt = isFixingAsked || !problems.contains { spec?.isBlocked(by: $0) ?? true }
        if isWorthIt, !wanted.isEmpty, fixRounds < 3 {
            fixRounds += 1
            fixes = wanted
            stage = .fixing
            return
        }
        guard blocking.isEmpty else {
            let texts = blocking.map(\.text).joined(separator: " ")
            let count = blocking.count == 1 ? "A precheck" : "\(blocking.count) prechecks"
            return hold(.prechecks, "\(count) failed: \(texts) Resume checks again.")
        }
        self.found = view
        for problem in problems { note(.precheck, problem.text, host: problem.host, vm: problem.vm) }
        fixes = unpaused
        stage = .fixing
        if fixes.isEmpty { setOut() }
    }

    /// What the operator wants paused before anything is changed, and is not yet.
    private var unpaused: [Fix] {
        (policy.pairs ?? []).map(\.name).filter { !paused.contains($0) }.map { .pause(pair: $0) }
    }

    /// Nothing is in the way, and everything is prepared.
    private mutating func setOut() {
        stage = spec?.mode == .manual || policy.hasBarrier ? .applyingEverywhere : .rolling
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
            if spec.isSatisfied(by: host) {
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
            // What was paused last is no part of the pool: it needs no other look.
            if found != nil, unpaused.isEmpty { setOut() } else { stage = .surveying }
            return true
        }
        let fix = fixes.removeFirst()
        if case .keepDisabled(let host) = fix {
            if let index = position(host) { maintain(index) }
            return true
        }
        if let debt = fix.debt { owe(debt) }
        emit(.fix(fix))
        return true
    }

    /// Applies on every host, one after another, with nothing restarted: before the barrier, and in manual mode.
    mutating func applyEverywhere() -> Bool {
        guard let spec else { return false }
        for index in hosts.indices where hosts[index].phase.isActive { return stepHost(index) }
        let waits = policy.approveEachHost
        // The master first, and no member while it has failed: members must not become newer than it.
        let isMasterReady = mayBeginMembers || hosts.contains { $0.isMaster && $0.phase == .applied }
        if mayBegin,
            let next = hosts.firstIndex(where: { host in
                host.phase == .pending && (host.isApproved || !waits) && (host.isMaster || isMasterReady)
            })
        {
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
