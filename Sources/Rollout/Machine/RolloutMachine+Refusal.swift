extension RolloutMachine {
    /// Why a word means nothing to the run now, in one sentence; nil where it will be heard.
    public func refusal(of word: OperatorWord) -> String? {
        if case .pay(let number) = word {
            guard let obligation = obligations.first(where: { $0.id == number }) else {
                return "The run has no obligation \(number): see which it has."
            }
            return obligation.state == .open ? nil : "Obligation \(number) is not open any more."
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
            return view.vm(consent.vm) == nil ? "The pool has no VM \(consent.vm)." : nil
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
            return isWaiting || !host.isTouched
                ? nil : "\(host.name) can not be skipped any more: it is being updated."
        case .retry: return host.phase == .failed ? nil : "\(host.name) has not failed."
        case .approve: return host.phase == .pending ? nil : "\(host.name) has begun already."
        default: return nil
        }
    }
}
