import Hosts

/// Puts together what a host, its libvirt and the pool's file say.
struct Inventory: Sendable {
    let file: PoolFile
    let machine: PoolFile.Machine

    /// - Parameters:
    ///   - node: the machine as a hypervisor below the host's own system sees it; nil where that is the hypervisor.
    ///   - pools: the host's storage pools that run.
    func describe(
        _ facts: RemoteFacts,
        _ everything: [Domain],
        _ node: LibvirtConnection.Node? = nil,
        pools: [StoragePool] = []
    ) -> HostInventory {
        let places = places(pools)
        // Under Xen the host's own system is a domain as well.
        let domains = everything.filter { !$0.isControlDomain }
        let memory = node?.memory ?? facts.memory
        return HostInventory(
            address: machine.address,
            memory: memory,
            reserved: Self.reserved(everything, node) ?? min(1 << 30, memory / 16),
            cpuCount: node?.cpuCount ?? facts.cpuCount,
            cpuModel: facts.cpuModel,
            cpuFeatures: facts.cpuFeatures,
            clockOffset: facts.clockOffset,
            storages: places.map(\.storage),
            networks: networks(facts.bridges, domains),
            labels: machine.labels,
            vms: domains.map { vm($0, places) }
        )
    }

    /// What Xen's own system and Xen itself take: all that is neither free nor the VMs', and at least what that system has
    /// been given. Nil where there is no such system.
    private static func reserved(_ domains: [Domain], _ node: LibvirtConnection.Node?) -> Int64? {
        guard let control = domains.first(where: \.isControlDomain) else { return nil }
        guard let node, let free = node.free else { return control.memory }
        let guests = domains.filter { !$0.isControlDomain && $0.state != .off }.reduce(Int64(0)) { $0 &+ $1.memory }
        return min(node.memory, max(control.memory, node.memory &- free &- guests))
    }

    private var localStorage: String { "Local storage on \(machine.name)" }

    /// Storage, and how the sources of disks in it begin.
    private struct Place {
        var storage: HostInventory.Storage
        var prefixes: [String]
    }

    /// What the file names; what libvirt finds to be on the network, known by the pool's name on every host; and the
    /// host's own.
    private func places(_ pools: [StoragePool]) -> [Place] {
        var places = file.storage.filter { $0.hosts.contains(machine.name) }.map { storage in
            Place(
                storage: .init(name: storage.name, isShared: storage.hosts.count > 1, path: storage.path),
                prefixes: storage.path.hasPrefix("/") ? [storage.path + "/"] : [storage.path]
            )
        }
        let named = Set(file.storage.map(\.name))
        for pool in pools where pool.isShared && !named.contains(pool.name) {
            let path = pool.prefixes.last ?? ""
            places.append(Place(storage: .init(name: pool.name, isShared: true, path: path), prefixes: pool.prefixes))
        }
        places.append(Place(storage: .init(name: localStorage, isShared: false, path: "/"), prefixes: []))
        return places
    }

    /// Those that the file names, and for the rest every bridge under its own name.
    private func networks(_ bridges: [String], _ domains: [Domain]) -> [String] {
        let named = file.networks.filter { $0.hosts.contains(machine.name) }.map(\.name)
        let used = domains.flatMap(\.interfaces).map(\.source).filter { !bridges.contains($0) }
        let others = (bridges + used).filter { bridge in !file.networks.contains { $0.bridge == bridge } }
        return named + Set(others).subtracting(named).sorted()
    }

    private func vm(_ domain: Domain, _ places: [Place]) -> HostInventory.VM {
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
                    storage: disk.source.map { storage($0, places) },
                    isRemovable: disk.isRemovable
                )
            },
            interfaces: domain.interfaces.map { interface in
                let name = file.networks.first { $0.bridge == interface.source }?.name ?? interface.source
                return HostInventory.VM.Interface(address: interface.address, network: name)
            },
            devices: domain.devices,
            notes: notes(domain)
        )
    }

    /// The groups that the file puts a VM into, in the words by which the planner knows them.
    private func notes(_ domain: Domain) -> [String: String] {
        var notes: [String: String] = [:]
        for group in file.groups where group.vms.contains(domain.name) || group.vms.contains(domain.uuid) {
            if let least = group.available {
                notes["pitstop-available"] = "\(group.name)/\(least)"
            } else {
                notes["pitstop-apart"] = group.name
            }
        }
        return notes
    }

    /// The storage that a disk lies in: the one with the longest prefix that leads to it; else the host's own.
    private func storage(_ source: String, _ places: [Place]) -> String {
        let found = places.flatMap { place in place.prefixes.map { (prefix: $0, name: place.storage.name) } }
            .filter { source.hasPrefix($0.prefix) || source + "/" == $0.prefix }
        return found.max { $0.prefix.count < $1.prefix.count }?.name ?? localStorage
    }
}
