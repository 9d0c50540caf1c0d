import Rollout

/// VMs that belong together: kept apart, or available, as long as nobody else touches one of them.
extension World {
    /// Groups that were whole at the start, and of which nobody but the run has touched a VM.
    private func kept(_ groups: [VMGroup]) -> [VMGroup] {
        groups.filter { group in
            everStrange.isDisjoint(with: group.vms) && ledger.stopped.isDisjoint(with: group.vms)
                && ledger.toldWrong.isDisjoint(with: group.vms) && removed.isDisjoint(with: group.vms)
                && ledger.failed.isEmpty && everStrange.isDisjoint(with: pool.hosts.map(\.id))
        }
    }

    /// No two of a group share a host, which did not at the start.
    func checkApart() {
        for group in kept(pool.groups) {
            guard case .apart = group.rule else { continue }
            let hosts = pool.vms.filter { group.vms.contains($0.id) && $0.power == .running }.compactMap(\.host)
            if Set(hosts).count < hosts.count { violate("two VMs of \(group.name) share a host: \(hosts.sorted())") }
        }
    }

    /// So many of a group run, and do not move, while this VM moves or stops.
    func checkAvailable(without vm: String) {
        var groups = pool.groups
        for gate in scenario.spec.policy.gates {
            guard case .availability(let vms, let minimum) = gate.kind else { continue }
            groups.append(VMGroup(name: gate.name, vms: vms, rule: .available(minimum: minimum)))
        }
        for group in kept(groups) where group.vms.contains(vm) {
            guard case .available(let minimum) = group.rule, group.vms.count > minimum else { continue }
            let left = pool.vms.count {
                group.vms.contains($0.id) && $0.id != vm && $0.power == .running && pool.moves[$0.id] == nil
            }
            if left < minimum {
                violate("\(left) VMs of \(group.name) \(group.vms) are left while \(vm) moves, of \(minimum)")
            }
        }
    }
}
