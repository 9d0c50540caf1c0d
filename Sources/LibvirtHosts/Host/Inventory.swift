import Hosts

/// Puts together what a host, its libvirt and the pool's file say.
struct Inventory: Sendable {
    let file: PoolFile
    let machine: PoolFile.Machine

    /// - Parameter node: the machine as a hypervisor below the host's own system sees it; nil where that is the hypervisor.
    func describe(_ facts: RemoteFacts, _ everything: [Domain], _ node: LibvirtConnection.Node? = nil) -> HostInventory
    {
        // Under Xen the host's own system is a domain as well.
        let domains = everything.filter { !$0.isControlDomain }
        let memory = node?.memory ?? facts.memory
        return HostInventory(
            address: machine.address,
            memory: memory,
            reserved: Self.reserved(everything, node) ?? min(1 << 30, memory / 16),
            cpuCount: node?.cpuCount ?? facts.cpuCount,
            cpuModel: facts.cpuModel,
            clockOffset: facts.clockOffset,
            storages: storages,
            networks: networks(facts.bridges, domains),
            labels: machine.labels,
            vms: domains.map(vm)
        )
    }

    /// What Xen's own system and Xen itself take: all that is neither free nor the VMs', and at least what that system has
    /// been given. Nil where there is no such system.
    private static func reserved(_ domains: [Domain], _ node: LibvirtConnection.Node?) -> Int64? {
        guard let control = domains.first(where: \.isControlDomain) else { return nil }
        guard let node, let free = node.free else { return control.memory }
        let guests = domains.filter { !$0.isControlDomain && $0.state != .off }.reduce(Int64(0)) { $0 + $1.memory }
        return min(node.memory, max(control.memory, node.memory - free - guests))
    }

    private var localStorage: String { "Local storage on \(machine.name)" }

    private var storages: [HostInventory.Storage] {
        file.storage.filter { $0.hosts.contains(machine.name) }
            .map { HostInventory.Storage(name: $0.name, isShared: $0.hosts.count > 1, path: $0.path) }
            + [HostInventory.Storage(name: localStorage, isShared: false, path: "/")]
    }

    /// Those that the file names, and for the rest every bridge under its own name.
    private func networks(_ bridges: [String], _ domains: [Domain]) -> [String] {
        let named = file.networks.filter { $0.hosts.contains(machine.name) }.map(\.name)
        let used = domains.flatMap(\.interfaces).map(\.source).filter { !bridges.contains($0) }
        let others = (bridges + used).filter { bridge in !file.networks.contains { $0.bridge == bridge } }
        return named + Set(others).subtracting(named).sorted()
    }

    private func vm(_ domain: Domain) -> HostInventory.VM {
        let power: HostInventory.VM.Power =
            switch domain.state {
            case .running: .running
            case .paused: .paused
            case .off: domain.isSaved ? .suspended : .halted
            }
        return HostInventory.VM(
            uuid: domain.uuid,
            name: domain.name,
            power: power,
            maxMemory: domain.maxMemory,
            memory: domain.memory,
            vcpus: domain.vcpus,
            isHVM: domain.isHVM,
            listens: domain.hasACPI || !domain.isHVM,
            startsWithHost: domain.startsWithHost,
            disks: domain.disks.map { disk in
                HostInventory.VM.Disk(
                    device: disk.device,
                    source: disk.source ?? "",
                    storage: disk.source.map(storage),
                    isRemovable: disk.isRemovable
                )
            },
            interfaces: domain.interfaces.map { interface in
                let name = file.networks.first { $0.bridge == interface.source }?.name ?? interface.source
                return HostInventory.VM.Interface(address: interface.address, network: name)
            },
            devices: domain.devices
        )
    }

    /// The storage that a disk lies in: the one with the longest path that leads to it; else the host's own.
    private func storage(_ source: String) -> String {
        let holding = file.storage.filter { storage in
            guard storage.hosts.contains(machine.name) else { return false }
            return source == storage.path || source.hasPrefix(storage.path + "/")
                || (!storage.path.hasPrefix("/") && source.hasPrefix(storage.path))
        }
        return holding.max { $0.path.count < $1.path.count }?.name ?? localStorage
    }
}
