extension RolloutMachine {
    /// Records a debt, before the change that causes it.
    mutating func owe(_ debt: Debt) {
        guard !obligations.contains(where: { $0.debt == debt && $0.state == .open }) else { return }
        obligations.append(Obligation(id: obligations.count + 1, debt: debt, state: .open, since: clock.wall))
        // Moves are told one by one, there and back.
        if case .vmHome = debt { return }
        note(.obligation, "From now on the run owes: \(describe(debt)).")
    }

    /// The open obligation for a debt.
    func openObligation(_ debt: Debt) -> Int? {
        obligations.firstIndex { $0.debt == debt && $0.state == .open }
    }

    /// The open debt of a VM that the run stopped.
    func debt(ofVM vm: String) -> Debt? {
        obligations.first {
            if case .vmRunning(vm, _, _) = $0.debt { return $0.state == .open }
            return false
        }?.debt
    }

    /// A payment came back.
    mutating func paid(_ debt: Debt, _ failure: String?) {
        guard let index = openObligation(debt) else { return }
        if let failure {
            obligations[index].attempts += 1
            obligations[index].reason = failure
        } else {
            obligations[index].state = .paid
            obligations[index].reason = nil
            if case .vmHome = debt { return }
            note(.obligation, "Given back: \(describe(debt)).")
            if case .vmRunning(let vm, let host, _) = debt {
                note(.vmStarted, "\(name(vm: vm)) runs again.", host: host, vm: vm)
            }
        }
    }

    /// It is given back, but not as it was.
    mutating func paid(_ debt: Debt, otherwise text: String) {
        guard let index = openObligation(debt) else { return }
        obligations[index].state = .paid
        obligations[index].reason = text
        note(.deviation, "Given back in another way: \(describe(debt)). \(text.asSentence)")
        if case .vmRunning(let vm, _, _) = debt { note(.vmStarted, "\(name(vm: vm)) runs again.", vm: vm) }
    }

    /// There is nothing to give back any more: somebody has decided otherwise, or what was to be switched off was not.
    mutating func drop(_ debt: Debt, _ reason: String, isDeviation: Bool = true) {
        guard let index = openObligation(debt) else { return }
        obligations[index].state = .void
        obligations[index].reason = reason
        note(isDeviation ? .deviation : .obligation, "Not owed any more: \(describe(debt)). \(reason.asSentence)")
    }

    /// Why a debt must not be paid yet, although the run ends.
    func obstacle(_ debt: Debt) -> String? {
        if case .vmHome(let vm, let host) = debt { return obstacle(home: host, of: vm) }
        guard case .hostEnabled(let id) = debt, let index = position(id) else { return nil }
        let host = hosts[index]
        guard host.isTouched, !host.isNew, host.phase != .done, !host.phase.isActive else { return nil }
        return
            "\(host.name) stays out of service until somebody has looked at it: \((host.reason ?? "it was not verified").asSentence)"
    }

    /// Why nothing is left to be given back.
    private func absence(_ debt: Debt) -> String? {
        switch debt {
        case .hostEnabled(let host), .hostDisabled(let host):
            view.host(host) == nil ? "host \(name(host)) is no longer in the pool." : nil
        case .vmRunning(let vm, _, _), .isoInserted(let vm, _), .autoPowerOn(let vm):
            view.vm(vm) == nil ? "VM \(name(vm: vm)) does not exist any more." : nil
        case .vmHome(let vm, let host): absence(home: host, of: vm)
        case .haEnabled, .wlbEnabled, .resumed: nil
        }
    }

    /// Gives everything back that can be given back, the newest first; then the run is over.
    mutating func settle() -> Bool {
        guard !inFlight.contains(where: { !$0.action.isQuery }) else { return false }
        var isWaiting = false
        for index in obligations.indices.reversed() where obligations[index].state == .open {
            if let obstacle = obstacle(obligations[index].debt) {
                obligations[index].reason = obstacle
                continue
            }
            if let absence = absence(obligations[index].debt) {
                obligations[index].state = .void
                obligations[index].reason = absence
                note(.obligation, "Nothing to give back: \(absence)")
                continue
            }
            guard obligations[index].attempts < 3 else { continue }
            guard clock.elapsed >= nextCall || obligations[index].attempts == 0 else {
                isWaiting = true
                continue
            }
            nextCall = clock.elapsed + policy.limits.poll
            hasPaid = true
            emit(.pay(obligations[index].debt))
            return true
        }
        guard !isWaiting else { return false }
        // Giving back takes its time, and others go on meanwhile.
        if looksThroughout, hasPaid {
            hasSettled = true
            turnToLastLook()
            return true
        }
        inFlight = []
        stage = .ended(ending)
        holds = []
        let open = obligations.filter { $0.state == .open }
        note(.run, "The run ends: \(ending.words)\(open.isEmpty ? "" : ", with \(open.count.of("open obligation"))").")
        for obligation in open {
            let reason = obligation.reason.map { " " + $0.asSentence } ?? ""
            note(.obligation, "Still owed: \(describe(obligation.debt)).\(reason)")
        }
        return true
    }

    /// Turns to the end.
    mutating func leave(_ ending: Ending) {
        self.ending = ending
        if ending == .refused || ending == .nothingToDo { earlyEnding = ending }
        stage = .settling
        inquiry = nil
        fixes = []
        nextCall = 0
        // What was tried in vain before a look is not tried for ever.
        if !hasSettled { for index in obligations.indices { obligations[index].attempts = 0 } }
    }

    /// Ends early where that was asked, once nothing is under way.
    mutating func stopIfAsked() -> Bool {
        guard let stopping, isQuiet else { return false }
        for index in hosts.indices where !hosts[index].phase.isSettled {
            let isApplied = awaitsRestart(hosts[index])
            hosts[index].phase = .skipped
            hosts[index].reason = isApplied ? "applied; its restart is left to the operator" : "not reached"
        }
        let ending: Ending = stopping == .cancelled ? .cancelled : .stopped
        earlyEnding = ending
        // Whoever has never looked has changed nothing, and has nothing to compare.
        if looksThroughout, !view.hosts.isEmpty { turnToLastLook() } else { leave(ending) }
        return true
    }

    /// A debt in words.
    public func describe(_ debt: Debt) -> String {
        switch debt {
        case .haEnabled(let failures): "high availability on, \(failures.of("host failure")) to tolerate"
        case .wlbEnabled: "workload balancing on"
        case .hostEnabled(let host): "host \(name(host)) enabled"
        case .vmRunning(let vm, let host, _): "VM \(name(vm: vm)) running on \(name(host))"
        case .isoInserted(let vm, let iso): "ISO \(iso) in the drive of VM \(name(vm: vm))"
        case .autoPowerOn(let vm): "automatic power-on of VM \(name(vm: vm))"
        case .hostDisabled(let host): "host \(name(host)) disabled, as it was"
        case .vmHome(let vm, let host): "VM \(name(vm: vm)) back on \(name(host))"
        case .resumed(let pair): "\(pair) resumed"
        }
    }

    /// A fix in words that name what it is about.
    public func describe(_ fix: Fix) -> String {
        switch fix {
        case .disableHA, .disableWLB: fix.label
        case .enableHost(let host): "Enable host \(name(host))"
        case .plugStorage(let host): "Plug the storage of \(name(host))"
        case .ejectISO(let vm, let iso): "Eject \(iso) from the drive of VM \(name(vm: vm))"
        case .clearAutoPowerOn(let vm): "Turn automatic power-on of VM \(name(vm: vm)) off"
        case .keepDisabled(let host): "Take \(name(host)) along in maintenance mode"
        case .pause(let pair): "Pause \(pair)"
        }
    }
}
