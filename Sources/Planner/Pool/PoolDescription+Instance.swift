extension PoolDescription {
    /// Seconds that are assumed for a host without history.
    static let defaultApply = 120
    static let defaultReboot = 420

    /// The planning instance of the pool, and what had to be assumed on the way.
    public func instance(named name: String) -> (instance: UpdateInstance, assumptions: [String]) {
        var assumptions = leftOut + groups.remarks
        var instance = UpdateInstance(name: name, hosts: [], vms: [])
        instance.parameters.haFailures = haFailures
        var reserved: [String: Int64] = [:]
        for vm in vms where vm.isControlDomain {
            let size = GuestMemory.within(vm.memoryDynamicMin) + GuestMemory.within(vm.memoryOverhead ?? 0)
            reserved[vm.residentOn] = GuestMemory.within(size + (reserved[vm.residentOn] ?? 0))
        }
        let guests = vms.filter { !$0.isControlDomain }
        let reach = Reach(self, guests)
        var lists: [Set<String>: [String]] = [:]
        for vm in guests {
            let allowed = reach.hosts(for: vm)
            var entry = UpdateInstance.VM(
                id: vm.uuid,
                memory: vm.needMiB,
                vcpus: GuestMemory.vcpus(vm.vcpusMax),
                host: vm.residentOn,
                dirtyPercent: max(100, median(vm.earlierDirtyPercent) ?? 115)
            )
            if allowed.count < hosts.count {
                // VMs that can run on the same hosts share one list.
                let list = lists[allowed] ?? hosts.map(\.uuid).filter(allowed.contains)
                lists[allowed] = list
                entry.allowedHosts = list
            }
            entry.pins = reach.pins(vm, allowed)
            entry.pinnedBy = entry.pins.first
            entry.isAgile = vm.hasDrivers && !vm.hasLocalDevice && !vm.isBlocked && !vm.isPaused
            entry.stop = vm.refusedStops.contains(vm.stop) ? .never : vm.stop
            entry.refusedStops = vm.refusedStops
            instance.vms.append(entry)
        }
        var load: [String: (memory: Int, vcpus: Int)] = [:]
        for vm in instance.vms {
            load[vm.host, default: (0, 0)].memory += vm.memory
            load[vm.host, default: (0, 0)].vcpus += vm.vcpus
        }
        for host in hosts {
            var capacity = GuestMemory.capacityMiB(
                total: host.memoryTotal,
                overhead: host.memoryOverhead,
                controlDomains: reserved[host.uuid] ?? 0
            )
            let used = load[host.uuid] ?? (0, 0)
            if used.memory > capacity {
                assumptions.append(
                    "host \(host.uuid) has \(capacity) MiB for VMs but holds \(used.memory) MiB; it is taken to be exactly full"
                )
                capacity = used.memory
            }
            var entry = UpdateInstance.Host(
                id: host.uuid,
                memory: max(1, capacity),
                nicRate: host.nicRate ?? 110,
                maxMigrations: max(1, maxMigrations),
                apply: median(host.earlierApply) ?? Self.defaultApply,
                reboot: max(1, median(host.earlierReboot) ?? Self.defaultReboot),
                isMaster: host.isMaster,
                wantsUpdate: host.wantsUpdate,
                isUpdated: host.isUpdated
            )
            if let limit = host.vcpuLimit { entry.vcpus = max(limit, used.vcpus) }
            if host.nicRate == nil {
                assumptions.append("the speed of host \(host.uuid)'s NIC is unknown; 1 Gbit/s is assumed")
            }
            if host.earlierReboot.isEmpty, host.wantsUpdate, !host.isUpdated {
                assumptions.append(
                    "host \(host.uuid) has not been updated before; \(Self.defaultApply) s and \(Self.defaultReboot) s are assumed"
                )
            }
            instance.hosts.append(entry)
        }
        addGroups(to: &instance, &assumptions)
        return (instance, assumptions)
    }

    /// A group that is broken already can not be kept; it is left out and named, instead of making every plan impossible.
    private func addGroups(to instance: inout UpdateInstance, _ assumptions: inout [String]) {
        let hostOf = Dictionary(instance.vms.map { ($0.id, $0.host) }) { first, _ in first }
        for (name, members) in groups.apart.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            if Set(members.compactMap { hostOf[$0] }).count == members.count {
                instance.antiAffinity.append(.init(id: name, vms: members))
            } else {
                assumptions.append("VMs of the group \(name) share a host already; it is not kept apart")
            }
        }
        for (name, group) in groups.available.sorted(by: { $0.key < $1.key }) {
            if group.minimumUp < group.vms.count {
                instance.availability.append(.init(id: name, vms: group.vms, minimumUp: group.minimumUp))
            } else {
                assumptions.append(
                    "group \(name) needs \(group.minimumUp) of \(group.vms.count) VMs undisturbed and has none to spare; it is not kept"
                )
            }
        }
    }

    private func median(_ values: [Int]) -> Int? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}

extension PoolDescription.VM {
    /// Memory that the VM takes on a host by xapi's accounting, MiB.
    public var needMiB: Int {
        let stored = memoryOverhead ?? 0
        let overhead =
            stored > 0
            ? GuestMemory.wholeMiB(stored)
            : GuestMemory.overheadMiB(
                staticMax: memoryStaticMax,
                vcpusMax: vcpusMax,
                isHVM: isHVM,
                shadowMultiplier: shadowMultiplier
            )
        return max(1, GuestMemory.needMiB(dynamicMin: memoryDynamicMin, overheadMiB: overhead))
    }
}

/// Which hosts a VM reaches its storage and networks on.
private struct Reach {
    private let pool: PoolDescription
    private let external: Set<String>
    /// For networks without a PIF anywhere: the hosts on which somebody runs on them.
    private let internalHosts: [String: Set<String>]

    init(_ pool: PoolDescription, _ guests: [PoolDescription.VM]) {
        self.pool = pool
        let external = pool.hosts.reduce(into: Set<String>()) { $0.formUnion($1.networks) }
        self.external = external
        internalHosts = guests.reduce(into: [:]) { result, vm in
            for network in vm.networks where !external.contains(network) {
                result[network, default: []].insert(vm.residentOn)
            }
        }
    }

    func hosts(for vm: PoolDescription.VM) -> Set<String> {
        let hosts = pool.hosts.filter { host in
            seesStorage(vm.diskStorage.union(vm.mediaStorage), host) && hasNetworks(vm, host)
                && !vm.incompatibleHosts.contains(host.uuid)
        }
        return Set(hosts.map(\.uuid)).union([vm.residentOn])
    }

    /// Everything that leaves a VM nowhere to go; ejecting a medium is named only when that alone frees it.
    func pins(_ vm: PoolDescription.VM, _ allowed: Set<String>) -> [UpdateInstance.PinReason] {
        var pins: [UpdateInstance.PinReason] = []
        if vm.hasLocalDevice { pins.append(.device) }
        if !vm.hasDrivers { pins.append(.drivers) }
        if vm.isBlocked { pins.append(.blocked) }
        return pins + (place(vm, allowed).map { [$0] } ?? [])
    }

    /// What of storage and networks only its host has.
    private func place(_ vm: PoolDescription.VM, _ allowed: Set<String>) -> UpdateInstance.PinReason? {
        guard allowed == [vm.residentOn], pool.hosts.count > 1 else { return nil }
        let others = pool.hosts.filter { $0.uuid != vm.residentOn }
        if !others.contains(where: { seesStorage(vm.diskStorage, $0) }) { return .localDisk }
        let reachable = others.filter { seesStorage(vm.diskStorage, $0) && hasNetworks(vm, $0) }
        if reachable.isEmpty { return .network }
        // None of the schema's reasons: it has nowhere to go for want of processors that are enough for it.
        return reachable.allSatisfy { vm.incompatibleHosts.contains($0.uuid) } ? nil : .media
    }

    private func seesStorage(_ storage: Set<String>, _ host: PoolDescription.Host) -> Bool {
        storage.isSubset(of: host.storage)
    }

    private func hasNetworks(_ vm: PoolDescription.VM, _ host: PoolDescription.Host) -> Bool {
        vm.networks.allSatisfy { network in
            external.contains(network)
                ? host.networks.contains(network) : internalHosts[network]?.contains(host.uuid) ?? true
        }
    }
}
