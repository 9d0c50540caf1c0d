extension RolloutMachine {
    /// Why a word means nothing to the run now, in one sentence; nil where it will be heard.
    public func refusal(of word: OperatorWord) -> String? {
        if case .pay(let number) = word {
            guard let obligation = obligations.first(where: { $0.id == number }) else {
                return "The run has no obligation \(number): see which it has."
            }
            guard obligation.state == .open else { return "Obligation \(number) is not open any more." }
            return stage.isEnded || stage == .settling
                ? nil : "\(describe(obligation.debt)): still needed as it is; it is given back when the run ends."
        }
        if stage.isEnded { return "The run has ended: nothing more can be said to it." }
        switch word {
        case .skip(let host), .retry(let host), .approve(let host):
            guard let record = hosts.first(where: { $0.id == host }) else {
                return "The run has no host \(host): see which it has."
            }
            return refusal(of: word, record)
        case .proceed:
            return stage == .barrier ? nil : "The run does not wait at a barrier."
        case .consent(let consent):
            guard let vm = view.vm(consent.vm) else { return "The pool has no VM \(consent.vm)." }
            return vm.obstacle(to: consent.way).map {
                "VM \(vm.name) can not be \(consent.way.participle): \($0.asSentence)"
            }
        default: return nil
        }
    }

    private func refusal(of word: OperatorWord, _ host: HostRecord) -> String? {
        switch word {
        case .skip:
            if host.phase == .done || host.phase == .skipped {
                return "\(host.name) is \(host.phase.rawValue) already."
            }
            let isWaiting = [.failed, .applied, .awaitingOperator].contains(host.phase)
            guard isWaiting || !host.isTouched else {
                return "\(host.name) can not be skipped any more: it is being \(purpose.participle)."
            }
            return canBeLeftOut(host)
                ? nil
                : "\(host.name) is the master, and no member may be newer than it: retry it, or cancel the run. "
                    + "A run with allow_older_master would take that risk."
        case .retry:
            if host.phase == .pending, isHeld(host.id) { return nil }
            guard host.phase == .failed else { return "\(host.name) has not failed." }
            return stage == .rolling || stage == .applyingEverywhere
                ? nil
                : "\(host.name) can be tried again while hosts are being \(purpose.participle), which they are not now."
        case .approve: return host.phase == .pending ? nil : "\(host.name) has begun already."
        default: return nil
        }
    }
}
