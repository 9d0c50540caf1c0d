extension RolloutMachine {
    /// An outcome arrives. One that nobody waits for (a duplicate, or too late) changes nothing.
    mutating func learn(_ id: OperationID, _ outcome: Outcome) {
        guard let index = inFlight.firstIndex(where: { $0.id == id }) else { return }
        let flight = inFlight.remove(at: index)
        if case .lost = outcome {
            // It never began, or left no trace. A plan's step begins again from the plan, if it still may; a package that may be
            // half applied has to pass its precheck again; all else is done once more, under a new number.
            if flight.step != nil { return }
            if case .apply(_, let host) = flight.action, let index = position(host), hosts[index].phase == .applying {
                return enter(index, .prechecking)
            }
            return emit(flight.action)
        }
        if let step = flight.step { return stepEnded(flight, step, outcome) }
        if stage == .surveying, flight.action != .observe { return inquired(flight.action, outcome) }
        switch flight.action {
        case .observe: observed(outcome)
        case .plan:
            switch outcome {
            case .plan(let answer): if glance == nil { planned(answer) } else { foreseen(answer) }
            default:
                if glance == nil { boundary = .looking("the planner gave no answer") }
                glance = nil
                nextCall = clock.elapsed + policy.limits.poll
                let reason = (outcome.failure ?? "It was not the answer to this question.").asSentence
                hold(.plan, "The planner gave no answer. \(reason) Resume asks it again.")
            }
        case .fix(let fix): fixed(fix, outcome)
        case .pay(let debt): payed(debt, outcome)
        case .check(let gate):
            guard case .gating(let next) = boundary else { return }
            if let failure = outcome.failure {
                hold(.gate, "Health gate \(gate.name) is red: \(failure.asSentence) Resume checks it again.")
                note(.gate, "\(gate.name): red.")
            } else {
                boundary = .gating(next: next + 1)
                note(.gate, "\(gate.name): green.")
            }
        case .stop(let stop, let host):
            if case .overtaken(let text) = outcome { return stopOvertaken(stop, text) }
            guestStopped(stop, host, outcome.failure)
        default:
            if let host = flight.action.host.flatMap(position) { hostAnswered(host, flight.action, outcome) }
        }
    }

    private mutating func observed(_ outcome: Outcome) {
        if glance != nil { return glanced(outcome) }
        guard case .pool(let seen) = outcome else { return poolIsSilent(outcome.failure ?? "") }
        failedCalls = 0
        switch stage {
        case .surveying: surveyed(seen)
        case .rolling:
            guard case .looking(let reason) = boundary, !waits(for: seen.others), !isBusy(seen) else { return }
            take(seen)
            guard !noticed(seen.switches) else { return }
            if !verifyAgain() { boundary = .asking(reason) }
        case .finishing: finished(seen)
        default: break
        }
    }

    /// A VM that is on its way, or being stopped, is nowhere yet: no plan begins before it has arrived.
    mutating func isBusy(_ seen: PoolView) -> Bool {
        guard let vm = seen.vms.first(where: \.isBusy) else {
            busyLooks = 0
            return false
        }
        busyLooks += 1
        nextCall = clock.elapsed + policy.limits.poll
        if Int64(busyLooks) * policy.limits.poll >= policy.limits.move {
            busyLooks = 0
            let host = vm.host.map { " on \(name($0))" } ?? ""
            hold(.pool, "An operation on VM \(vm.name)\(host) does not come to its end: end it, then resume the run.")
        }
        return true
    }

    private mutating func fixed(_ fix: Fix, _ outcome: Outcome) {
        guard let failure = outcome.failure else {
            if case .disableHA = fix { view.haEnabled = false }
            if case .disableWLB = fix { view.wlbEnabled = false }
            if case .pause(let pair) = fix { paused.insert(pair) }
            return note(.precheck, "\(describe(fix)): done.")
        }
        // What was refused was not switched off. Without an answer nobody knows, and it stays owed.
        if case .failed = outcome, fix.isAllOrNothing, let debt = fix.debt {
            drop(debt, "nothing was switched off.", isDeviation: false)
        }
        hold(.fix, "\(describe(fix)) did not succeed. \(failure.asSentence) Resume tries it again.")
        if stage == .fixing { stage = .surveying }
        fixes = []
    }

    private mutating func payed(_ debt: Debt, _ outcome: Outcome) {
        let failure = outcome.failure
        // A master that is down may come back; a refusal stays one.
        let isSilence = if case .unreachable = outcome { true } else { false }
        switch outcome {
        case .overtaken(let text): return payOvertaken(debt, text)
        case .paidOtherwise(let text): return paid(debt, otherwise: text)
        default: paid(debt, failure)
        }
        if failure == nil { given(debt) }
        guard let id = debt.host, let index = position(id) else { return }
        let host = hosts[index]
        guard host.phase == .enabling || host.phase == .backingOut else { return }
        guard let failure else {
            if host.phase == .enabling { return enterConfirming(index) }
            hosts[index].phase = host.afterBackingOut
            return
        }
        hosts[index].attempts += 1
        hosts[index].nextLook = clock.elapsed + policy.limits.poll
        guard host.attempts >= (isSilence ? Int(policy.limits.hostReturn / policy.limits.poll) : 6) else { return }
        if host.phase == .backingOut {
            // The debt stays open, and is tried again at the end.
            hosts[index].phase = .failed
            hosts[index].failedIn = .disabling
            let reason = "\(host.name) could not be enabled again.".because(failure, about: host.name)
            hosts[index].reason = reason
            hold(.host(id), "\(reason) Retry or skip the host.")
        } else {
            let what = host.isMaintained ? "disabled again" : "enabled"
            fail(index, "\(host.name) could not be \(what).".because(failure, about: host.name))
        }
    }

    /// What the pool is like after a payment.
    mutating func given(_ debt: Debt) {
        switch debt {
        case .vmRunning(let vm, let host, _): settle(vm: vm, on: host)
        case .vmHome(let vm, let host):
            let from = view.vm(vm)?.host
            settle(vm: vm, on: host)
            if let from, from != host {
                note(.move, "\(name(vm: vm)) moved from \(name(from)) back to \(name(host)).", host: from, vm: vm)
            }
        case .hostEnabled(let id), .hostDisabled(let id):
            let isEnabled = debt == .hostEnabled(host: id)
            if let at = view.hosts.firstIndex(where: { $0.id == id }) { view.hosts[at].isEnabled = isEnabled }
        default: break
        }
    }

    private mutating func enterConfirming(_ index: Int) {
        let deadline = hosts[index].deadline
        enter(index, .confirming)
        if deadline != .max { hosts[index].deadline = deadline }
    }

    private mutating func hostAnswered(_ index: Int, _ action: Action, _ outcome: Outcome) {
        if case .host(let report) = outcome { return inspected(index, report) }
        let host = hosts[index]
        switch action {
        case .disable where host.phase != .disabling: keptOut(host, outcome.failure)
        case .inspect:
            if host.phase == .checking || host.phase == .verifying {
                hosts[index].attempts += 1
                guard host.attempts >= 6 else { return emit(.inspect(host: host.id)) }
                let isSilent = if case .unreachable = outcome { true } else { false }
                let text = isSilent ? "\(host.name) does not answer." : "\(host.name) could not be looked at."
                fail(index, text.because(outcome.failure ?? "", about: host.name))
            } else {
                // Silent for too long before it was in service: nobody knows what it will run when it answers again.
                if host.phase == .confirming, clock.elapsed >= host.deadline { hosts[index].isNew = false }
                lookLater(index, outcome.failure ?? "it does not answer")
            }
        case .plugStorage:
            // What was plugged is seen at once; what was not is tried again less often.
            hosts[index].attempts += 1
            let pause = outcome.failure == nil && hosts[index].attempts == 1 ? 0 : policy.limits.poll
            hosts[index].nextLook = clock.elapsed + pause
        case .restartHost, .restartAgent:
            if case .failed(let reason) = outcome {
                hosts[index].attempts += 1
                let attempts = hosts[index].attempts
                guard attempts < 3 else {
                    return fail(index, "\(host.name) could not be restarted.".because(reason, about: host.name))
                }
                enter(index, .clearing)
                hosts[index].attempts = attempts
                hosts[index].nextLook = clock.elapsed + policy.limits.poll
            } else {
                // No answer may mean that it is on its way down.
                enter(index, .returning)
                note(.host, "\(host.name) restarts.", host: host.id)
            }
        default:
            if let failure = outcome.failure { return fail(index, failure) }
            succeeded(index, action)
        }
    }

    /// A host that failed was taken out of service, or was not.
    private mutating func keptOut(_ host: HostRecord, _ failure: String?) {
        if let failure {
            let text = "\(host.name) has failed, and could not be disabled: \(failure.asSentence) Disable it by hand."
            return note(.deviation, text, host: host.id)
        }
        if let at = view.hosts.firstIndex(where: { $0.id == host.id }) { view.hosts[at].isEnabled = false }
    }

    private mutating func succeeded(_ index: Int, _ action: Action) {
        let host = hosts[index]
        switch action {
        case .disable:
            if let at = view.hosts.firstIndex(where: { $0.id == host.id }) { view.hosts[at].isEnabled = false }
            enter(index, .emptying)
        case .precheck: enter(index, .applying)
        case .apply(let update, _):
            if !host.applied.contains(update) { hosts[index].applied.append(update) }
            let label = updates.first { $0.uuid == update }?.label ?? update
            note(.host, "\(label) is applied on \(host.name).", host: host.id)
            enter(index, .prechecking)
        default: break
        }
    }

    /// After a restart of the controller: what became of everything that was under way?
    mutating func askAgain() {
        guard spec != nil else { return }
        note(.controller, "A controller takes the run over.")
        for index in inFlight.indices {
            let flight = inFlight[index]
            effects.append(Effect(id: flight.id, action: flight.action, isQuestion: !flight.action.isQuery))
        }
    }

    /// Gives up on outcomes that are overdue.
    mutating func expire() {
        for flight in inFlight where clock.elapsed >= flight.deadline {
            guard let index = inFlight.firstIndex(where: { $0.id == flight.id }) else { continue }
            if flight.action.isMigration, !flight.isAborting {
                inFlight[index].isAborting = true
                inFlight[index].deadline = clock.elapsed + 2 * policy.limits.call
                emit(.abort(flight.id))
                continue
            }
            // Not a refusal: what was asked may have happened all the same, as with a host that went down while it answered.
            learn(flight.id, .unreachable("there was no answer in time."))
        }
    }
}

extension Outcome {
    /// Why it did not succeed; nil where it did, or where nothing was left to be done.
    var failure: String? {
        switch self {
        case .failed(let reason), .unreachable(let reason): reason
        case .checked(false, let output): output.isEmpty ? "it said nothing." : output
        default: nil
        }
    }
}
