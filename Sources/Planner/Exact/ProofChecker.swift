/// Checks a proof that a pool has no plan by the rules of the file format alone.
///
/// Positions are those of ``Model``'s instance, which has the VMs of a host side by side.
struct ProofChecker {
    let instance: UpdateInstance

    /// The proof in words, or nil when it proves nothing.
    func argument(_ proof: ImpossibilityProof) -> String? {
        guard instance.parameters.finishBy == nil else { return nil }
        switch proof {
        case .noPlace(let vm, let host): return noPlace(vm, host)
        case .tooMuch(let resource, let vms, let host): return tooMuch(resource, vms, host)
        case .noReserve(let host): return noReserve(host)
        case .closed(let states): return closed(states)
        }
    }

    // MARK: Sums

    private func noPlace(_ vm: Int, _ host: Int) -> String? {
        guard mustBeEmpty(host), stays(vm), places(vm, without: host).isEmpty else { return nil }
        let subject = instance.vms[vm]
        return "VM \(subject.id) can be on no host but \(instance.hosts[host].id), which has to be emptied"
    }

    private func tooMuch(_ resource: ImpossibilityProof.Resource, _ vms: [Int], _ host: Int) -> String? {
        guard mustBeEmpty(host), Set(vms).count == vms.count, vms.allSatisfy(stays) else { return nil }
        let hosts = vms.reduce(into: Set<Int>()) { $0.formUnion(places($1, without: host)) }
        let (needed, there, what): (Int, Int, String)
        switch resource {
        case .memory:
            (needed, what) = (vms.reduce(0) { $0 + instance.vms[$1].memory }, "MiB")
            there = hosts.reduce(0) { $0 + instance.hosts[$1].memory }
        case .cpus:
            (needed, what) = (vms.reduce(0) { $0 + instance.vms[$1].vcpus }, "virtual CPUs")
            there = hosts.reduce(0) { $0 + instance.hosts[$1].vcpus }
        case .places(let group):
            guard instance.antiAffinity.indices.contains(group) else { return nil }
            let apart = instance.antiAffinity[group]
            guard vms.allSatisfy({ apart.vms.contains(instance.vms[$0].id) }) else { return nil }
            (needed, there, what) = (vms.count, hosts.count * apart.maxPerHost, "places of group \(apart.id)")
        }
        guard needed > there else { return nil }
        return
            "while host \(instance.hosts[host].id) is down, \(vms.count) VMs need \(needed) \(what) on the only hosts where they"
            + " can be (\(hosts.sorted().map { instance.hosts[$0].id }.joined(separator: ", "))), and there are \(there)"
    }

    private func noReserve(_ host: Int) -> String? {
        guard mustBeEmpty(host), instance.vms.indices.allSatisfy(stays), reserve(host) < memory else { return nil }
        let failures = instance.parameters.haFailures
        return
            "while host \(instance.hosts[host].id) is down, \(failures) host failures would leave \(reserve(host)) MiB for"
            + " \(memory) MiB of VMs"
    }

    private var memory: Int { instance.vms.reduce(0) { $0 + $1.memory } }

    private func reserve(_ down: Int) -> Int {
        let up = instance.hosts.indices.filter { $0 != down }.map { instance.hosts[$0].memory }.sorted(by: >)
        return up.dropFirst(instance.parameters.haFailures).reduce(0, +)
    }

    private func mustBeEmpty(_ host: Int) -> Bool {
        guard instance.hosts.indices.contains(host) else { return false }
        let subject = instance.hosts[host]
        return subject.wantsUpdate && !subject.isUpdated
            && !instance.vms.contains { $0.host == subject.id && isTied($0) && $0.stop == .never }
    }

    /// Whether a VM runs all the time: it can move, or nobody may stop it.
    private func stays(_ vm: Int) -> Bool {
        guard instance.vms.indices.contains(vm) else { return false }
        return !isTied(instance.vms[vm]) || instance.vms[vm].stop == .never
    }

    private func isTied(_ vm: UpdateInstance.VM) -> Bool {
        !vm.isAgile || vm.allowedHosts.map { $0.allSatisfy { $0 == vm.host } } ?? false
    }

    private func canMove(_ vm: UpdateInstance.VM) -> Bool {
        !isTied(vm) && instance.availability.allSatisfy { !$0.vms.contains(vm.id) || $0.minimumUp < $0.vms.count }
    }

    private func places(_ vm: Int, without emptied: Int) -> Set<Int> {
        let subject = instance.vms[vm]
        return Set(
            instance.hosts.indices.filter { host in
                let place = instance.hosts[host]
                if host == emptied { return false }
                if place.id == subject.host { return true }
                return canMove(subject) && subject.allowedHosts?.contains(place.id) ?? true
                    && subject.memory <= place.memory
                    && subject.vcpus <= place.vcpus
            }
        )
    }

    // MARK: Exhaustion

    /// Whether the states hold the beginning, no end, and whatever comes of each of them.
    private func closed(_ states: Set<SmallPool.State>) -> String? {
        let instance = instance
        guard instance.vms.indices.allSatisfy(stays) else { return nil }
        let steps = SingleSteps(instance)
        guard states.contains(steps.canonical(steps.start)) else { return nil }
        for state in states {
            guard !steps.isEnd(state) else { return nil }
            for next in steps.next(state) where !states.contains(steps.canonical(next)) { return nil }
        }
        return
            "all \(states.count) states that moves and updates can lead to, one step at a time, were gone through, and in none"
            + " does every host have the update"
    }
}
