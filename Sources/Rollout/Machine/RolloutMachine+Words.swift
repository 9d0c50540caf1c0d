extension RolloutMachine {
    /// An operator speaks. Words that do not apply now change nothing: ``refusal(of:)`` says why.
    mutating func hear(_ word: OperatorWord, from operatorName: String) {
        guard spec != nil else { return }
        if case .pay(let number) = word { return pay(number, operatorName) }
        guard !stage.isEnded else { return }
        switch word {
        case .pause:
            pausedBy = operatorName
            note(.word, "\(operatorName) pauses the run.")
        case .resume:
            // Where it is held for something else, that is what the word is about.
            if pausedBy == nil, holds.isEmpty { tolerateOthers() }
            pausedBy = nil
            holds = holds.filter { $0.subject == .barrier || isAboutFailedHost($0) }
            fruitlessPlans = 0
            fixRounds = 0
            nextCall = 0
            note(.word, "\(operatorName) resumes the run.")
        case .stopAfterHost: stop(.afterHost, "\(operatorName) stops the run after the hosts that have begun.")
        case .cancel: stop(.cancelled, "\(operatorName) cancels the run.")
        case .skip(let host): skip(host, operatorName)
        case .retry(let host): retry(host, operatorName)
        case .approve(let host):
            guard let index = position(host) else { return }
            hosts[index].isApproved = true
            note(.word, "\(operatorName) approves \(hosts[index].name).", host: host)
            guard mayBeMaintained(hosts[index]) else { return }
            maintain(index)
            holds.removeAll { $0.subject == .host(host) || $0.subject == .prechecks }
        case .proceed:
            guard stage == .barrier else { return }
            holds.removeAll { $0.subject == .barrier }
            note(.word, "\(operatorName) lets the restarts begin.")
            pastTheBarrier()
        case .fixAll:
            isFixingAsked = true
            fixRounds = 0
            holds.removeAll { $0.subject == .prechecks || $0.subject == .fix }
            note(.word, "\(operatorName) has every problem fixed that can be.")
            if stage == .rolling {
                fixes = problems.filter { [.highAvailability, .workloadBalancing].contains($0.check) }.compactMap(\.fix)
                problems.removeAll { $0.fix.map(fixes.contains) ?? false }
            }
        case .consent(let consent):
            guard consent.run == runID, !consents.contains(consent), let subject = view.vm(consent.vm),
                subject.obstacle(to: consent.way) == nil
            else { return }
            // The newest word about a VM counts.
            consents.removeAll { $0.vm == consent.vm && $0.way != consent.way }
            consents.append(consent)
            holds.removeAll { [.consent, .plan, .prechecks].contains($0.subject) }
            let vm = name(vm: consent.vm)
            note(.word, "\(operatorName) allows VM \(vm) to be \(consent.way.participle).", vm: consent.vm)
        case .pay: break
        }
    }

    private func isAboutFailedHost(_ hold: Hold) -> Bool {
        guard case .host(let id) = hold.subject, let index = position(id) else { return false }
        return hosts[index].phase == .failed || hosts[index].afterBackingOut == .failed
    }

    /// Whether a word about a host makes the run update it in maintenance mode, in which somebody has it.
    public func mayBeMaintained(_ host: HostRecord) -> Bool { isDisabledByOthers(host) }

    private mutating func stop(_ how: Stopping, _ text: String) {
        // Cancelling goes further than stopping; nothing leads back.
        guard stopping != .cancelled else { return }
        stopping = how
        holds = []
        if stage == .rolling { fixes = [] }
        note(.word, text)
    }

    private mutating func skip(_ id: String, _ operatorName: String) {
        guard let index = position(id), hosts[index].phase != .done, hosts[index].phase != .skipped,
            canBeLeftOut(hosts[index])
        else { return }
        let host = hosts[index]
        guard host.phase == .failed || !host.isTouched || host.phase == .applied || host.phase == .awaitingOperator
        else {
            return note(.word, "\(host.name) can not be skipped any more: it is being \(purpose.participle).", host: id)
        }
        note(.word, "\(operatorName) skips \(host.name).", host: id)
        holds.removeAll { $0.subject == .host(id) || $0.subject == .prechecks }
        hosts[index].reason = host.reason ?? "skipped by \(operatorName)"
        if host.phase.isActive {
            hosts[index].afterBackingOut = .skipped
            if !isBusy(id) { hosts[index].phase = .backingOut }
        } else {
            hosts[index].phase = .skipped
            hosts[index].ended = hosts[index].ended ?? clock.wall
        }
        giveUp(id, because: "\(host.name) is skipped")
    }

    private mutating func retry(_ id: String, _ operatorName: String) {
        if let index = position(id), hosts[index].phase == .pending, isHeld(id) {
            holds.removeAll { $0.subject == .host(id) }
            nextCall = 0
            return note(.word, "\(operatorName) has \(hosts[index].name) looked at again.", host: id)
        }
        guard let index = position(id), hosts[index].phase == .failed, let failedIn = hosts[index].failedIn,
            stage == .rolling || stage == .applyingEverywhere
        else { return }
        note(.word, "\(operatorName) has \(hosts[index].name) tried again: \(failedIn.rawValue).", host: id)
        holds.removeAll { $0.subject == .host(id) }
        hosts[index].reason = nil
        hosts[index].ended = nil
        hosts[index].attempts = 0
        hosts[index].setbacks = 0
        if stage == .applyingEverywhere, !hosts[index].isTouched {
            hosts[index].phase = .pending
        } else if hosts[index].isTouched {
            // A package that may be half applied has to pass its precheck again.
            enter(index, failedIn == .applying ? .prechecking : failedIn)
        } else {
            hosts[index].phase = .pending
            if boundary == .open { boundary = .stale("\(hosts[index].name) is to be tried again") }
        }
    }

    /// Whether the run holds for just this host.
    func isHeld(_ host: String) -> Bool { holds.contains { $0.subject == .host(host) } }

    private mutating func pay(_ number: Int, _ operatorName: String) {
        guard let index = obligations.firstIndex(where: { $0.id == number && $0.state == .open }) else { return }
        let debt = obligations[index].debt
        guard stage.isEnded || stage == .settling else {
            return note(.word, "\(describe(debt)): still needed as it is; it is given back when the run ends.")
        }
        guard !inFlight.contains(where: { $0.action == .pay(debt) }) else { return }
        note(.word, "\(operatorName) has it given back: \(describe(debt)).")
        emit(.pay(debt))
    }
}
