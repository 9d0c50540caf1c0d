import Rollout

/// Somebody changes the pool itself in the middle of the run.
extension World {
    func meddle() {
        switch fate.below(8) {
        case 0: rename()
        case 1: growVM()
        case 2: removeVM()
        case 3: addVM()
        case 4: removeHost()
        case 5: switchOn()
        default: changeMaster()
        }
    }

    private func rename() {
        if let index = pool.vms.indices.randomElement(using: &fate) { pool.vms[index].name += " (renamed)" }
        if let index = pool.hosts.indices.randomElement(using: &fate) { pool.hosts[index].name += "-renamed" }
    }

    private func growVM() {
        guard let index = pool.vms.indices.filter({ pool.vms[$0].power == .running }).randomElement(using: &fate),
            let host = pool.vms[index].host, let at = pool.host(host), pool.moves[pool.vms[index].id] == nil,
            pool.used(host) + 1024 <= pool.hosts[at].memory
        else { return }
        trace("\(pool.vms[index].id) grows")
        pool.vms[index].memory += 1024
        estrange(vm: pool.vms[index].id, host: host)
    }

    private func removeVM() {
        guard let vm = pool.vms.filter({ pool.moves[$0.id] == nil && $0.busyUntil <= now }).randomElement(using: &fate)
        else { return }
        trace("\(vm.id) is removed")
        pool.vms.removeAll { $0.id == vm.id }
        removed.insert(vm.id)
        estrange(vm: vm.id)
        owed = owed.filter { !$0.isAbout(vm.id) }
    }

    private func addVM() {
        let host = pool.hosts.filter { $0.isUp && $0.isEnabled && pool.used($0.id) + 2048 <= $0.memory }
            .randomElement(using: &fate)
        guard let host else { return }
        let id = "n\(pool.vms.count + removed.count + 1)"
        trace("\(id) is new on \(host.id)")
        pool.vms.append(SimulatedVM(id: id, name: "new-\(id)", memory: 2048, host: host.id))
        estrange(vm: id, host: host.id)
    }

    private func removeHost() {
        let host = pool.hosts.filter { host in
            !host.isMaster && pool.residents(host.id).isEmpty
                && !pool.moves.values.contains { $0.from == host.id || $0.to == host.id }
        }.randomElement(using: &fate)
        guard let host else { return }
        trace("\(host.id) is taken out of the pool")
        pool.hosts.removeAll { $0.id == host.id }
        removed.insert(host.id)
        estrange(host: host.id)
        down.remove(host.id)
        owed = owed.filter { !$0.isAbout(host.id) }
    }

    private func switchOn() {
        trace("somebody switches HA or load balancing on")
        let isHA = fate.percent(50)
        if isHA { (pool.haEnabled, pool.haFailures) = (true, 1) } else { pool.wlbEnabled = true }
        // Nothing is left to be given back of what is as it was again.
        owed = owed.filter { debt in
            switch debt {
            case .haEnabled: !isHA
            case .wlbEnabled: isHA
            default: true
            }
        }
        switchedOnAt = now
    }

    private func changeMaster() {
        guard let old = pool.hosts.firstIndex(where: \.isMaster), pool.hosts.count > 1 else { return }
        let others = pool.hosts.indices.filter { !pool.hosts[$0].isMaster && pool.hosts[$0].isUp }
        guard let new = others.randomElement(using: &fate) else { return }
        trace("\(pool.hosts[new].id) is the master now")
        pool.hosts[old].isMaster = false
        pool.hosts[new].isMaster = true
        (hasMasterChanged, isMasterUnknown) = (true, true)
        estrange(host: pool.hosts[old].id)
        estrange(host: pool.hosts[new].id)
    }
}

extension Debt {
    /// Whether it is about this VM or host.
    func isAbout(_ id: String) -> Bool {
        switch self {
        case .hostEnabled(id), .hostDisabled(id), .vmRunning(id, _, _), .isoInserted(id, _), .autoPowerOn(id),
            .vmHome(id, _):
            true
        default: false
        }
    }
}
