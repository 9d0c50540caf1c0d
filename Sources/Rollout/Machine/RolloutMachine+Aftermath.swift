/// What a run leaves behind when it is ended before its time: names of hosts, in the order in which they are shown.
public struct Aftermath: Codable, Hashable, Sendable {
    /// Run the update by then, or have restarted.
    public var updated: [String] = []
    /// Have begun, and are carried to their end first; they run the update then, if nothing fails.
    public var finished: [String] = []
    /// Have begun, were not changed, and go back into service as they were.
    public var returned: [String] = []
    /// Have the update on disk, and run it only after a restart that is left to the operator.
    public var awaitingRestart: [String] = []
    /// Failed after they were changed: they stay out of service until somebody has looked at them.
    public var outOfService: [String] = []
    /// Stay without the update, those that go back into service among them.
    public var without: [String] = []
    /// What is given back, in words.
    public var givenBack: [String] = []
    /// What the run does to the hosts.
    public var purpose = RunPurpose.install
}

extension RolloutMachine {
    /// What would be left if the run were cancelled now, or stopped after the hosts that have begun.
    public func aftermath(finishingAll: Bool) -> Aftermath {
        var left = Aftermath()
        left.purpose = purpose
        for host in hosts {
            let isCarriedOn = host.phase.isActive && host.phase != .backingOut && (!canReturn(host) || finishingAll)
            if host.isNew || isCarriedOn {
                if isCarriedOn { left.finished.append(host.name) } else { left.updated.append(host.name) }
                continue
            }
            if awaitsRestart(host) {
                left.awaitingRestart.append(host.name)
            } else if host.phase.isActive {
                left.returned.append(host.name)
            }
            if host.phase == .failed, host.isTouched { left.outOfService.append(host.name) }
            left.without.append(host.name)
        }
        left.givenBack = obligations.filter { $0.state == .open && obstacle($0.debt) == nil }.map { describe($0.debt) }
        return left
    }

    /// Whether the run has put the update on the host's disk, and nothing has begun to bring it into effect.
    func awaitsRestart(_ host: HostRecord) -> Bool {
        guard purpose == .install else { return false }
        return switch host.phase {
        case .applied, .awaitingOperator: true
        case .pending, .checking, .disabling, .emptying, .backingOut:
            host.isTouched && updates.allSatisfy { host.applied.contains($0.uuid) }
        default: false
        }
    }

    /// What a word would lead to, in sentences: to be shown before it is said.
    public func consequence(of word: OperatorWord) -> String {
        switch word {
        case .cancel: aftermath(finishingAll: false).text
        case .stopAfterHost: aftermath(finishingAll: true).text
        case .pause: pauseText
        case .resume: "The run goes on, and checks again what it was held for."
        case .skip(let host):
            purpose == .install
                ? "\(name(host)) stays without the update, and the pool in mixed state."
                : "\(name(host)) is not restarted."
        case .retry(let host): "The failed step of \(name(host)) is done again, and only that."
        case .approve(let host):
            hosts.contains { $0.id == host && mayBeMaintained($0) }
                ? "\(name(host)) is \(purpose.participle) in maintenance mode: nothing is placed on it, and it stays disabled."
                : "\(name(host)) is emptied\(purpose == .install ? ", updated" : "") and restarted when its turn comes."
        case .proceed: "The hosts begin to restart, wave by wave."
        case .fixAll:
            "Every problem that has a fix is fixed, but for hosts in maintenance mode, which take a word each; what is switched "
                + "off is given back at the end."
        case .consent(let consent):
            "VM \(name(vm: consent.vm)) may be \(consent.way.participle), and is brought back by this run."
        case .pay(let number):
            obligations.first { $0.id == number }.map { "It is given back now: \(describe($0.debt))." }
                ?? "The run has no obligation \(number)."
        }
    }

    /// What cancelling now would leave behind.
    public var cancelPreview: String { consequence(of: .cancel) }

    private var pauseText: String {
        let going = hosts.filter { $0.phase.isActive && !canReturn($0) }.map(\.name)
        let rest = "Nothing else is begun until the run is resumed; the pool stays as it is then."
        return going.isEmpty ? rest : "\(going.joined(separator: ", ")) will be carried on until back. " + rest
    }
}

extension Aftermath {
    /// The sentences.
    public var text: String {
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        var sentences: [String] = []
        if !finished.isEmpty { sentences.append("\(list(finished)) will be finished first.") }
        if !returned.isEmpty { sentences.append("\(list(returned)) will go back into service unchanged.") }
        if !awaitingRestart.isEmpty {
            sentences.append(
                "\(list(awaitingRestart)) will have the update only after a restart, which is left to you."
            )
        }
        if !outOfService.isEmpty { sentences.append("\(list(outOfService)) will stay out of service: look at it.") }
        if without.isEmpty {
            sentences.append("Every host will \(purpose.prospect).")
        } else if updated.isEmpty, finished.isEmpty {
            sentences.append("No host will \(purpose.prospect).")
        } else if purpose == .restart {
            sentences.append("\(list(without)) will not have restarted.")
        } else {
            sentences.append("The pool will stay in mixed state: \(list(without)) without the update.")
        }
        sentences.append(
            givenBack.isEmpty
                ? "There is nothing to give back." : "Given back at the end: \(givenBack.joined(separator: "; "))."
        )
        return sentences.joined(separator: " ")
    }
}
