/// The promise that VMs go back to where they were: to every VM where that was asked for, and to those whose disc is only
/// seen there. It is owed like everything else that the run changes, kept with a plan of its own once the hosts are done,
/// and shown with the reason where it can not be kept.
extension RolloutMachine {
    private func isPromisedHome(_ vm: String) -> Bool {
        policy.goesHome
            || obligations.contains { obligation in
                if case .isoInserted(vm, _) = obligation.debt { return obligation.state == .open }
                return false
            }
    }

    /// Where a VM has to go back to.
    func home(of vm: String) -> Debt? {
        obligations.first {
            if case .vmHome(vm, _) = $0.debt { return $0.state == .open }
            return false
        }?.debt
    }

    /// The VMs that are away from home, and where that is.
    var homes: [String: String] {
        var homes: [String: String] = [:]
        for obligation in obligations where obligation.state == .open {
            if case .vmHome(let vm, let host) = obligation.debt { homes[vm] = host }
        }
        return homes
    }

    /// Before the run moves a VM for the first time.
    mutating func oweHome(_ vm: String, from host: String) {
        guard isPromisedHome(vm), !obligations.contains(where: { $0.isHome(of: vm) && $0.state != .paid }) else {
            return
        }
        if let home = hosts.first(where: { $0.id == host }), home.isMaintained {
            owe(.vmHome(vm: vm, host: host))
            let reason = "\(home.name) is in maintenance mode: its VMs leave it for good."
            return drop(.vmHome(vm: vm, host: host), reason, isDeviation: false)
        }
        if homes.isEmpty { note(.obligation, "From now on the run owes: VMs go back to where they were.") }
        owe(.vmHome(vm: vm, host: host))
    }

    /// A VM has come to a host.
    mutating func arrived(_ vm: String, on host: String) {
        if let debt = home(of: vm), debt == .vmHome(vm: vm, host: host) { paid(debt, nil) }
    }

    /// Whether all hosts are settled, and what is left is to bring VMs home.
    var isHomeward: Bool { stage == .rolling && hosts.allSatisfy(\.phase.isSettled) }

    /// Whether VMs are still away, and something can be done about it.
    var canGoHome: Bool {
        homeObstacle == nil && spec?.mode != .manual
            && homes.contains { view.vm($0)?.power == .running && obstacle(home: $1, of: $0) == nil }
    }

    /// The VMs that are still away stay where they are.
    mutating func giveUpGoingHome(_ reason: String) {
        homeObstacle = reason
        note(.deviation, "Not every VM could go back to where it was. \(reason.asSentence)")
    }

    /// Why a VM can not go home now; nil where it can.
    func obstacle(home id: String, of vm: String) -> String? {
        guard let subject = view.vm(vm), let home = view.host(id) else { return nil }
        guard subject.power == .running, let from = subject.host else { return "\(subject.name) does not run." }
        if from == id { return nil }
        if !home.isLive { return "\(home.name) does not answer." }
        if !home.isEnabled { return "\(home.name) is disabled." }
        if hosts.contains(where: { $0.id == id && $0.isDoubtful }) {
            return "Nobody has seen what \(home.name) runs since it was changed."
        }
        if isNew(from), !isNew(id) {
            return purpose == .install
                ? "\(home.name) lacks the update, which \(name(from)) has."
                : "\(home.name) has yet to restart, and would be emptied again."
        }
        if !(subject.allowedHosts?.contains(id) ?? true) {
            return "\(home.name) does not reach its storage and networks any more."
        }
        for group in view.groups ?? [] where group.rule == .apart && group.vms.contains(vm) {
            let others = view.residents(id).filter { $0.id != vm && group.vms.contains($0.id) }
            guard let other = others.first else { continue }
            return "\(other.name) runs on \(home.name), and the two are to be kept apart (\(group.name))."
        }
        let used = view.residents(id).reduce(0) { $0 + $1.memory }
        guard used + subject.memory <= home.memory else {
            return "\(home.name) has \(max(0, home.memory - used)) MiB free where \(subject.memory) are needed."
        }
        return nil
    }

    /// Why there is nothing left of this promise.
    func absence(home host: String, of vm: String) -> String? {
        guard let subject = view.vm(vm) else { return "VM \(name(vm: vm)) does not exist any more." }
        guard view.host(host) != nil else { return "host \(name(host)) is no longer in the pool." }
        guard subject.power != .running, debt(ofVM: vm) == nil else { return nil }
        return "VM \(subject.name) does not run any more (\(subject.power.rawValue)), and not by this run."
    }
}

extension Obligation {
    /// Whether it is the promise that a VM goes back to where it was.
    fileprivate func isHome(of vm: String) -> Bool {
        if case .vmHome(vm, _) = debt { true } else { false }
    }
}
