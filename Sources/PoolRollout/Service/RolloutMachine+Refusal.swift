import Rollout

extension RolloutMachine {
    /// Why a word means nothing to the run now, in one sentence; nil where it will be heard.
    func refusal(of word: OperatorWord) -> String? {
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

    /// What a word would lead to.
    func preview(of word: OperatorWord) -> String {
        let active = hosts.filter(\.phase.isActive).map(\.name).joined(separator: ", ")
        return switch word {
        case .cancel: cancelPreview
        case .pause:
            active.isEmpty
                ? "Nothing new is begun until the run is resumed."
                : "\(active) will be carried on until it is back; nothing else is begun until the run is resumed."
        case .stopAfterHost:
            (active.isEmpty
                ? "No host is under way: the run ends now." : "\(active) will be finished; then the run ends.")
                + " Hosts that were not begun stay without the update."
        case .skip(let host): "\(name(of: host)) stays without the update."
        case .retry(let host): "The failed step of \(name(of: host)) is done again, and only that."
        case .approve(let host): "\(name(of: host)) may go down as the plan has it."
        case .resume: "The run goes on, and checks again what it was held for."
        case .proceed: "The hosts begin to restart."
        case .fixAll: "Every problem that has a fix is fixed; what is switched off is given back at the end."
        case .consent(let consent):
            "VM \(view.vm(consent.vm)?.name ?? consent.vm) may be stopped (\(consent.way.rawValue)), and is brought back."
        case .pay(let number):
            obligations.first { $0.id == number }.map { "It is given back: \(describe($0.debt))." } ?? ""
        }
    }

    private func name(of host: String) -> String { hosts.first { $0.id == host }?.name ?? host }
}
