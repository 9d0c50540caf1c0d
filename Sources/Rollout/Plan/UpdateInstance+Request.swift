public import Planner

extension UpdateInstance {
    /// The planner's view of a pool in the middle of a run.
    ///
    /// A pool's database is read in one place, `PoolDescription` of the module `PoolPlanning`, which a ``PoolView`` carries on:
    /// memory, reach, ties, groups, rates and earlier times are its. Here is added what only a run knows: which hosts are
    /// done, wanted and out of use, where VMs have been moved meanwhile, and the operator's wishes.
    ///
    /// Hosts that can take no VMs are left out; VMs that still run on one of them stay where they are and are left out
    /// too, unless the host is one that is to be updated. Hosts in maintenance mode are emptied and take none.
    public init(_ request: PlanRequest) {
        let spec = request.spec
        let unusable = Set(request.unusable)
        let wanted = Set(request.hosts)
        let views = request.view.hosts.filter { !unusable.contains($0.id) }
        let usable = Set(views.map(\.id))
        let open = usable.subtracting(request.closed)
        let stops = Dictionary(request.consents.map { ($0.vm, $0.way) }) { first, _ in first }
        let vms: [VM] = request.view.vms.compactMap { view in
            guard view.power == .running, let host = view.host, usable.contains(host) else { return nil }
            return VM(view, on: host, usable: open, closesHosts: open.count < usable.count, stop: stops[view.id])
        }
        self.init(
            name: request.view.name,
            hosts: views.map { Host($0, request, isWanted: wanted.contains($0.id)) },
            vms: vms
        )
        let order = spec.order.filter(wanted.contains)
        for (before, after) in zip(order, order.dropFirst()) where usable.contains(before) {
            if let index = hosts.firstIndex(where: { $0.id == after && !$0.isMaster }) { hosts[index].after = [before] }
        }
        addGroups(request)
        parameters.maxParallel = spec.policy.maxParallel
        if let canary = spec.policy.canary, wanted.contains(canary.host), usable.contains(canary.host) {
            self.canary = .init(host: canary.host, soak: Int(canary.soak))
        }
    }

    /// The pool's groups and the run's gates. A group that is broken already can not be kept, and is left to its owner.
    private mutating func addGroups(_ request: PlanRequest) {
        let hostOf = Dictionary(vms.map { ($0.id, $0.host) }) { first, _ in first }
        var groups = request.view.groups ?? []
        for gate in request.spec.policy.gates {
            guard case .availability(let members, let minimum) = gate.kind else { continue }
            groups.append(VMGroup(name: gate.name, vms: members, rule: .available(minimum: minimum)))
        }
        for group in groups {
            let present = group.vms.filter { hostOf[$0] != nil }
            switch group.rule {
            case .apart:
                guard present.count > 1, Set(present.compactMap { hostOf[$0] }).count == present.count else { continue }
                antiAffinity.append(.init(id: group.name, vms: present))
            case .available(let minimum):
                // One of them is always moving: a group that has none to spare is the gate's business, not the plan's.
                // Members on hosts that are left out stay where they are, and go on running.
                let elsewhere = group.vms.count { hostOf[$0] == nil && request.view.isServed($0) }
                let needed = minimum - elsewhere
                guard needed > 0, present.count > needed else { continue }
                availability.append(.init(id: group.name, vms: present, minimumUp: needed))
            }
        }
    }
}

extension PoolView {
    /// Whether a VM runs, on a host that answers.
    fileprivate func isServed(_ id: String) -> Bool {
        guard let vm = vm(id), vm.power == .running, let host = vm.host else { return false }
        return self.host(host)?.isLive ?? false
    }
}

extension UpdateInstance.Host {
    fileprivate init(_ view: HostView, _ request: PlanRequest, isWanted: Bool) {
        self.init(
            id: view.id,
            memory: max(1, view.memory),
            maxMigrations: max(1, view.maxMigrations),
            isMaster: view.isMaster,
            wantsUpdate: isWanted,
            isUpdated: request.updated.contains(view.id)
        )
        if let rate = view.nicRate { nicRate = rate }
        if let seconds = view.apply { apply = seconds }
        if let seconds = view.restart { reboot = max(1, seconds) }
        // Where only the restart is missing, nothing is applied any more.
        if request.spec.updates.allSatisfy({ view.applied.contains($0.uuid) }) { apply = 0 }
    }
}

extension UpdateInstance.VM {
    fileprivate init(
        _ view: VMView,
        on host: String,
        usable: Set<String>,
        closesHosts: Bool,
        stop way: Consent.Way?
    ) {
        self.init(id: view.id, memory: max(1, view.memory), host: host)
        // Where some hosts take no VMs, each has to be said.
        allowedHosts = (view.allowedHosts ?? (closesHosts ? usable.sorted() : nil)).map { $0.filter(usable.contains) }
        isAgile = view.tie == nil
        pinnedBy = view.tie?.pin
        stop = way.map(\.policy) ?? .never
        refusedStops = Set(Consent.Way.allCases.filter { view.obstacle(to: $0) != nil }.map(\.policy))
        if refusedStops.contains(stop) { stop = .never }
        if let percent = view.dirtyPercent { dirtyPercent = percent }
    }
}

extension Consent.Way {
    /// The planner's word for it.
    fileprivate var policy: UpdateInstance.StopPolicy { self == .suspend ? .suspend : .shutdown }
}

extension VMView.Tie {
    /// The planner's word for it.
    public var pin: UpdateInstance.PinReason {
        switch self {
        case .media: .media
        case .localDisk: .localDisk
        case .device: .device
        case .network: .network
        case .drivers: .drivers
        case .blocked: .blocked
        }
    }

    /// The tie of a VM that the planner found pinned.
    public init(_ pin: UpdateInstance.PinReason) {
        self =
            switch pin {
            case .media: .media
            case .localDisk: .localDisk
            case .device: .device
            case .network: .network
            case .drivers: .drivers
            case .blocked: .blocked
            }
    }
}
