extension Unblocker {
    /// Hosts that want the update but can not be emptied because of a VM that can neither move nor stop: why, one sentence
    /// each, and for each host what would let it take part.
    func leftOut(withActions: Bool) -> (reasons: [String], ways: [UnblockSet]) {
        let instance = model.instance
        var reasons: [String] = []
        var ways: [UnblockSet] = []
        var holders: [[Int]] = Array(repeating: [], count: instance.hosts.count)
        for vm in instance.vms.indices where instance.vms[vm].stop == .never {
            let isPinned = !instance.vms[vm].isAgile || model.allowed.isOnly(Int32(vm), model.home[vm])
            if isPinned { holders[Int(model.home[vm])].append(vm) }
        }
        for host in instance.hosts.indices
        where instance.hosts[host].wantsUpdate && !instance.hosts[host].isUpdated && !holders[host].isEmpty {
            let names = holders[host].map { "\(instance.vms[$0].id) (\(Self.words(instance.vms[$0].pinnedBy)))" }
            reasons.append(
                "host \(instance.hosts[host].id) is left out: VM \(Words.list(names)) can neither move nor be stopped"
            )
            guard withActions, ways.count < 16 else { continue }
            if let way = way(toEmpty: host, holders[host]) { ways.append(way) }
        }
        return (reasons, ways)
    }

    private func way(toEmpty host: Int, _ holders: [Int]) -> UnblockSet? {
        var changed = model.instance
        var actions: [UnblockAction] = []
        for vm in holders {
            let subject = changed.vms[vm]
            if subject.pinnedBy == .media {
                changed.vms[vm].isAgile = true
                changed.vms[vm].allowedHosts = nil
                actions.append(.ejectMedia(vm: subject.id))
            } else {
                changed.vms[vm].stop = .suspend
                let seconds =
                    changed.hosts[host].apply + changed.hosts[host].reboot + 2
                    * Int(Model.suspendTime(subject, changed.parameters))
                actions.append(
                    .suspend(vm: subject.id, minutes: (seconds + 59) / 60, mib: subject.memory, needsConsent: true)
                )
            }
        }
        guard let mixed = window(changed) else { return nil }
        return UnblockSet(actions: actions, mixedSeconds: mixed, cost: actions.reduce(0) { $0 + $1.cost })
    }

    private static func words(_ reason: UpdateInstance.PinReason?) -> String {
        switch reason {
        case .media: "a medium on local storage is in its drive"
        case .localDisk: "a disk on local storage"
        case .device: "a device of the host"
        case .network: "a network that only this host has"
        case .drivers: "no paravirtual drivers"
        case nil: "tied to its host"
        }
    }
}
