public import Planner

extension UpdateInstance {
    /// The planner's view of a pool in the middle of a run.
    ///
    /// Hosts that can take no VMs are left out; VMs that still run on one of them stay where they are and are left out
    /// too, unless the host is one that is to be updated.
    public init(_ request: PlanRequest) {
        let spec = request.spec
        let unusable = Set(request.unusable)
        let wanted = Set(request.hosts)
        let updated = Set(request.updated)
        let views = request.view.hosts.filter { !unusable.contains($0.id) }
        let usable = Set(views.map(\.id))
        var hosts: [Host] = views.map { view in
            Host(
                id: view.id,
                memory: max(1, view.memory),
                maxMigrations: max(1, view.maxMigrations),
                isMaster: view.isMaster,
                wantsUpdate: wanted.contains(view.id),
                isUpdated: updated.contains(view.id)
            )
        }
        let order = spec.order.filter(wanted.contains)
        for (before, after) in zip(order, order.dropFirst()) where usable.contains(before) {
            if let index = hosts.firstIndex(where: { $0.id == after && !$0.isMaster }) { hosts[index].after = [before] }
        }
        let stops = Dictionary(request.consents.map { ($0.vm, $0.way) }) { first, _ in
            first
        }
        let vms: [VM] = request.view.vms.compactMap { view in
            guard view.power == .running, let host = view.host, usable.contains(host) else { return nil }
            var vm = VM(id: view.id, memory: max(1, view.memory), host: host)
            vm.allowedHosts = view.allowedHosts.map { $0.filter(usable.contains) }
            vm.isAgile = view.tie == nil
            vm.stop = stops[view.id].map { $0 == .suspend ? .suspend : .shutdown } ?? .never
            return vm
        }
        var groups: [AvailabilityGroup] = []
        let running = Set(vms.map(\.id))
        for gate in spec.policy.gates {
            guard case .availability(let members, let minimum) = gate.kind else { continue }
            let present = members.filter(running.contains)
            // One of them is always moving: a group that has none to spare is the gate's business, not the plan's.
            if present.count > minimum { groups.append(.init(id: gate.name, vms: present, minimumUp: minimum)) }
        }
        self.init(name: request.view.name, hosts: hosts, vms: vms, availability: groups)
        parameters.maxParallel = spec.policy.maxParallel
        if let canary = spec.policy.canary, wanted.contains(canary.host), usable.contains(canary.host) {
            self.canary = .init(host: canary.host, soak: Int(canary.soak))
        }
    }
}
