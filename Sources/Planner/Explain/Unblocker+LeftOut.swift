extension Unblocker {
    /// Hosts that want the update but can not be emptied because of a VM that can neither move nor stop.
    ///
    /// What would let a host take part is looked for sixteen times at most.
    func leftOut(withActions: Bool) -> [LeftOut] {
        let instance = model.instance
        var list: [LeftOut] = []
        var holders: [[Int]] = Array(repeating: [], count: instance.hosts.count)
        for vm in instance.vms.indices where instance.vms[vm].stop == .never {
            let isPinned = !instance.vms[vm].isAgile || model.allowed.isOnly(Int32(vm), model.home[vm])
            if isPinned { holders[Int(model.home[vm])].append(vm) }
        }
        for host in instance.hosts.indices
        where instance.hosts[host].wantsUpdate && !instance.hosts[host].isUpdated && !holders[host].isEmpty {
            let names = holders[host].map { "\(instance.vms[$0].id) (\(Self.words(instance.vms[$0])))" }
            let id = instance.hosts[host].id
            list.append(
                LeftOut(
                    host: id,
                    reason: "host \(id) is left out: VM \(Words.list(names)) can neither move nor be stopped",
                    way: withActions && list.count < 16 ? way(toEmpty: host, holders[host]) : nil
                )
            )
        }
        return list
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
                guard let way = subject.possibleStop else { return nil }
                changed.vms[vm].stop = way
                let away =
                    way == .suspend
                    ? 2 * Int(Model.suspendTime(subject, changed.parameters)) : 2 * changed.parameters.stopStart
                let minutes = (changed.hosts[host].apply + changed.hosts[host].reboot + away + 59) / 60
                actions.append(
                    way == .suspend
                        ? .suspend(vm: subject.id, minutes: minutes, mib: subject.memory, needsConsent: true)
                        : .shutDown(vm: subject.id, minutes: minutes, mib: subject.memory, needsConsent: true)
                )
            }
        }
        guard let mixed = window(changed) else { return nil }
        return UnblockSet(actions: actions, mixedSeconds: mixed, cost: actions.reduce(0) { $0 + $1.cost })
    }

    private static func words(_ vm: UpdateInstance.VM) -> String {
        vm.pins.count > 1 ? vm.pins.map { words($0) }.joined(separator: ", ") : words(vm.pinnedBy)
    }

    private static func words(_ reason: UpdateInstance.PinReason?) -> String {
        switch reason {
        case .media: "a medium on local storage is in its drive"
        case .localDisk: "a disk on local storage"
        case .device: "a device of the host"
        case .network: "a network that only this host has"
        case .drivers: "no paravirtual drivers"
        case .blocked: "its owner forbids it"
        case nil: "tied to its host"
        }
    }
}
