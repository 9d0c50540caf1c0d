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
            pausedBy = nil
            holds = holds.filter { $0.subject == .barrier || isAboutFailedHost($0) }
            fruitlessPlans = 0
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
        case .consent(let consent):
            guard consent.run == runID, !consents.contains(consent), view.vm(consent.vm) != nil else { return }
            consents.append(consent)
            holds.removeAll { [.consent, .plan, .prechecks].contains($0.subject) }
            let vm = name(vm: consent.vm)
            note(.word, "\(operatorName) allows VM \(vm) to be stopped: \(consent.way.rawValue).", vm: consent.vm)
        case .pay: break
        }
    }

    private func isAboutFailedHost(_ hold: Hold) -> Bool {
        guard case .host(let id) = hold.subject, let index = position(id) else { return false }
        return hosts[index].phase == .failed
    }

    private mutating func stop(_ how: Stopping, _ text: String) {
        // Cancelling goes further than stopping; nothing leads back.
        guard stopping != .cancelled else { return }
        stopping = how
        holds = []
        note(.word, text)
    }

    private mutating func skip(_ id: String, _ operatorName: String) {
        guard let index = position(id), hosts[index].phase != .done, hosts[index].phase != .skipped else { return }
        let host = hosts[index]
        guard host.phase == .failed || !host.isTouched || host.phase == .applied || host.phase == .awaitingOperator
        else {
            return note(.word, "\(host.name) can not be skipped any more: it is being updated.", host: id)
        }
        note(.word, "\(operatorName) skips \(host.name).", host: id)
        holds.removeAll { $0.subject == .host(id) || $0.subject == .prechecks }
        hosts[index].reason = host.reason ?? "skipped by \(operatorName)"
        active?.finish(updateOf: id)
        if host.phase.isActive {
            hosts[index].afterBackingOut = .skipped
            if !isBusy(id) { hosts[index].phase = .backingOut }
        } else {
            hosts[index].phase = .skipped
        }
        if boundary == .open { boundary = .stale("\(host.name) is skipped") }
    }

    private mutating func retry(_ id: String, _ operatorName: String) {
        guard let index = position(id), hosts[index].phase == .failed, let failedIn = hosts[index].failedIn,
            stage == .rolling || stage == .applyingEverywhere
        else { return }
        note(.word, "\(operatorName) has \(hosts[index].name) tried again: \(failedIn.rawValue).", host: id)
        holds.removeAll { $0.subject == .host(id) }
        hosts[index].reason = nil
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
