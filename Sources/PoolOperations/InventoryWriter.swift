import Hosts
import PoolDatabase
import XenAPI

/// Brings a pool's database in line with what its hosts say. Rows that agree already are not touched.
struct InventoryWriter {
    var transaction: Transaction
    let pool: Pool
    /// The hosts that have answered.
    var asked: Set<Ref> = []

    // MARK: The pool and its hosts

    mutating func prepare(name: String, hosts: [any InventoryHost]) throws(APIError) {
        var refs: [Ref] = []
        for host in hosts {
            if let known = transaction.snapshot.row("host", uuid: host.uuid) {
                refs.append(known.ref)
            } else {
                refs.append(createHost(host))
            }
        }
        let known = Set(refs)
        if let row = transaction.snapshot.rows("pool").first {
            guard transaction.snapshot.refs("host").contains(where: known.contains), row.nameLabel == name else {
                throw .internalError(
                    "The state directory already holds another pool (\(row.nameLabel)): give --state another directory."
                )
            }
            try transaction.set("pool", row.ref, "master", .string((refs.first ?? .null).rawValue))
        } else {
            create("pool", ["name_label": .string(name), "master": .string((refs.first ?? .null).rawValue)])
        }
        for host in transaction.snapshot.rows("host") where !known.contains(host.ref) { remove(host: host) }
    }

    private mutating func createHost(_ host: any InventoryHost) -> Ref {
        let metrics = create("host_metrics", ["live": .bool(false), "last_updated": .date(pool.now())])
        return create(
            "host",
            [
                "uuid": .string(host.uuid), "name_label": .string(host.name), "hostname": .string(host.name),
                "enabled": .bool(true), "metrics": .string(metrics.rawValue), "API_version_major": .int(1),
                "API_version_minor": .int(9), "API_version_vendor": .string("XenSource"),
            ]
        )
    }

    private mutating func remove(host: Row) {
        for (table, mirror) in [("PBD", "PBDs"), ("PIF", "PIFs")] {
            for ref in transaction.snapshot.pointing(at: host.ref, "host", mirror) { transaction.delete(table, ref) }
        }
        transaction.delete("host_metrics", host.ref("metrics"))
        transaction.delete("host", host.ref)
    }

    // MARK: What they say

    /// - Parameters:
    ///   - inventories: by the host's uuid.
    ///   - generation: the database's when the hosts were asked: what has changed since is newer than their answers.
    ///   - isComplete: whether every host has answered.
    mutating func write(_ inventories: [String: HostInventory], since generation: Int64, isComplete: Bool)
        throws(APIError)
    {
        var sightings: [String: [VMSighting]] = [:]
        for host in transaction.snapshot.rows("host") {
            guard let inventory = inventories[host.uuid] else { continue }
            asked.insert(host.ref)
            try write(inventory, of: host)
            for vm in inventory.vms { sightings[vm.uuid, default: []].append(VMSighting(host: host.ref, vm: vm)) }
        }
        for (_, seen) in sightings.sorted(by: { $0.key < $1.key }) {
            guard let best = seen.min() else { continue }
            try write(best, since: generation)
        }
        if isComplete {
            for row in transaction.snapshot.rows("VM") where sightings[row.uuid] == nil {
                guard isIdle(row, since: generation), !row.bool("is_a_template"), !row.bool("is_control_domain") else {
                    continue
                }
                remove(vm: row)
            }
        }
        try MemoryAccounting.refresh(&transaction)
    }

    private mutating func write(_ inventory: HostInventory, of host: Row) throws(APIError) {
        try set("host", host.ref, "address", .string(inventory.address))
        try set("host", host.ref, "memory_overhead", .int(inventory.reserved))
        try set("host_metrics", host.ref("metrics"), "memory_total", .int(inventory.memory))
        try set("host", host.ref, "tags", .strings(inventory.labels))
        try set("host", host.ref, "capabilities", .strings(["hvm-3.0-x86_64", "xen-3.0-x86_64"]))
        let processors: KeyValuePairs = [
            "cpu_count": String(inventory.cpuCount), "modelname": inventory.cpuModel,
            "flags": inventory.cpuFeatures.joined(separator: " "),
        ]
        try set("host", host.ref, "cpu_info", .pairs(processors))
        try note(clockOffset: inventory.clockOffset, of: host)
        for storage in inventory.storages { try attach(storage, to: host) }
        try unplug(storageBeside: Set(inventory.storages.map(\.name)), from: host)
        for network in inventory.networks { connect(network, to: host) }
    }

    /// In whole seconds, and only where there are some to speak of: a clock's drift is no change of the pool.
    private mutating func note(clockOffset: Double, of host: Row) throws(APIError) {
        let seconds = HostTime.seconds(clockOffset.rounded()) ?? 0
        try transaction.set(
            "host",
            host.ref,
            "other_config",
            key: HostNote.clockOffset.rawValue,
            abs(seconds) < 2 ? nil : "\(seconds)"
        )
    }

    private mutating func attach(_ storage: HostInventory.Storage, to host: Row) throws(APIError) {
        let sr =
            transaction.snapshot.rows("SR").first { $0.nameLabel == storage.name }?.ref
            ?? create(
                "SR",
                [
                    "name_label": .string(storage.name), "type": .string(storage.isShared ? "nfs" : "file"),
                    "content_type": .string("user"), "shared": .bool(storage.isShared),
                ]
            )
        try set("SR", sr, "shared", .bool(storage.isShared))
        // libvirt saves the memory of suspended VMs on the host itself.
        if !storage.isShared, storage.path == "/" {
            try set("host", host.ref, "suspend_image_sr", .string(sr.rawValue))
        }
        let known = transaction.snapshot.pointing(at: host.ref, "host", "PBDs")
            .first { transaction.snapshot.row("PBD", $0)?.ref("SR") == sr }
        if let known { return try set("PBD", known, "currently_attached", .bool(true)) }
        create(
            "PBD",
            [
                "host": .string(host.ref.rawValue), "SR": .string(sr.rawValue), "currently_attached": .bool(true),
                "device_config": .pairs(["location": storage.path]),
            ]
        )
    }

    /// Storage that the host reached once and does not now.
    private mutating func unplug(storageBeside names: Set<String>, from host: Row) throws(APIError) {
        for pbd in transaction.snapshot.pointing(at: host.ref, "host", "PBDs") {
            let sr = transaction.snapshot.row("PBD", pbd)?.ref("SR") ?? .null
            guard let name = transaction.snapshot.row("SR", sr)?.nameLabel, !names.contains(name) else { continue }
            try set("PBD", pbd, "currently_attached", .bool(false))
        }
    }

    private mutating func connect(_ network: String, to host: Row) {
        let ref = self.network(network)
        let isConnected = transaction.snapshot.pointing(at: host.ref, "host", "PIFs")
            .contains { transaction.snapshot.row("PIF", $0)?.ref("network") == ref }
        guard !isConnected else { return }
        create(
            "PIF",
            [
                "device": .string(network), "host": .string(host.ref.rawValue), "network": .string(ref.rawValue),
                "VLAN": .int(-1), "physical": .bool(true), "currently_attached": .bool(true),
            ]
        )
    }

    mutating func network(_ name: String) -> Ref {
        transaction.snapshot.rows("network").first { $0.nameLabel == name }?.ref
            ?? create("network", ["name_label": .string(name), "bridge": .string(name)])
    }

    @discardableResult
    mutating func create(_ table: String, _ values: [String: Value]) -> Ref {
        let ref = pool.makeRef()
        transaction.create(table, ref, values.merging(["uuid": .string(pool.makeUUID())]) { given, _ in given })
        return ref
    }

    mutating func set(_ table: String, _ ref: Ref, _ field: String, _ value: Value) throws(APIError) {
        guard transaction.snapshot.row(table, ref) != nil else { return }
        try transaction.set(table, ref, field, value)
    }
}
