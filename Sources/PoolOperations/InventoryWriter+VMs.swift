import Hosts
import PoolDatabase
import XenAPI

/// A VM as one host sees it. Of two sightings the lesser one counts: where it runs rather than where it is only known.
struct VMSighting: Comparable {
    let host: Ref
    let vm: HostInventory.VM

    private var rank: Int {
        switch vm.power {
        case .running: 0
        case .paused: 1
        case .suspended: 2
        case .halted: 3
        }
    }

    static func < (a: VMSighting, b: VMSighting) -> Bool { (a.rank, a.host.rawValue) < (b.rank, b.host.rawValue) }
    static func == (a: VMSighting, b: VMSighting) -> Bool { a.host == b.host && a.vm == b.vm }
}

extension InventoryWriter {
    /// Whether nothing happens to a VM, and nothing has since a generation.
    func isIdle(_ vm: Row, since generation: Int64) -> Bool {
        vm.modified <= generation && OperationMark.inProgress(on: vm) == nil
            && vm.ref("scheduled_to_be_resident_on").isNull
    }

    mutating func write(_ seen: VMSighting, since generation: Int64) throws(APIError) {
        let vm = seen.vm
        let row: Row
        if let known = transaction.snapshot.row("VM", uuid: vm.uuid) {
            guard isIdle(known, since: generation) else { return }
            let home = known.ref("resident_on")
            // Where it is only known, or stands still as one that arrives does, says nothing against its host, as long as
            // that gives no answer.
            guard vm.power == .running || home.isNull || home == seen.host || asked.contains(home) else { return }
            row = known
        } else {
            let metrics = create("VM_metrics", ["start_time": .date(pool.now()), "install_time": .date(pool.now())])
            let ref = create(
                "VM",
                ["uuid": .string(vm.uuid), "metrics": .string(metrics.rawValue), "HVM_shadow_multiplier": .float(1)]
            )
            row = try transaction.snapshot.require("VM", ref)
        }
        try describe(vm, row)
        try writePower(seen, row)
        for (index, disk) in vm.disks.enumerated() {
            try write(disk, number: index, of: row, isOn: vm.power.isOn, since: generation)
        }
        for (index, interface) in vm.interfaces.enumerated() {
            try write(interface, number: index, of: row, isOn: vm.power.isOn)
        }
    }

    private mutating func describe(_ vm: HostInventory.VM, _ row: Row) throws(APIError) {
        let fields: [(String, Value)] = [
            ("name_label", .string(vm.name)), ("memory_static_max", .int(vm.maxMemory)),
            ("memory_dynamic_max", .int(vm.memory)), ("memory_dynamic_min", .int(vm.memory)),
            ("memory_target", .int(vm.memory)), ("VCPUs_max", .int(Int64(vm.vcpus))),
            ("VCPUs_at_startup", .int(Int64(vm.vcpus))), ("HVM_boot_policy", .string(vm.isHVM ? "BIOS order" : "")),
        ]
        for (field, value) in fields { try transaction.set("VM", row.ref, field, value) }
        let overhead = MemoryAccounting.overhead(of: try transaction.snapshot.require("VM", row.ref))
        try transaction.set("VM", row.ref, "memory_overhead", .int(overhead))
        let devices = vm.devices.isEmpty ? nil : vm.devices.joined(separator: "; ")
        try transaction.set("VM", row.ref, "other_config", key: VMObstacles.deviceKey, devices)
        for (key, text) in vm.notes.sorted(by: { $0.key < $1.key }) {
            try transaction.set("VM", row.ref, "other_config", key: key, text)
        }
        let autostart = vm.startsWithHost ? "true" : nil
        try transaction.set("VM", row.ref, "other_config", key: "auto_poweron", autostart)
        try set("VM_metrics", row.ref("metrics"), "memory_actual", .int(vm.power.isOn ? vm.memory : 0))
        // Drivers are what lets XenAPI ask a guest to shut down.
        guard vm.listens, transaction.snapshot.row("VM_guest_metrics", row.ref("guest_metrics")) == nil else { return }
        let drivers = create(
            "VM_guest_metrics",
            ["PV_drivers_version": .pairs(["major": "1", "minor": "0"]), "PV_drivers_up_to_date": .bool(true)]
        )
        try transaction.set("VM", row.ref, "guest_metrics", .string(drivers.rawValue))
    }

    private mutating func writePower(_ seen: VMSighting, _ row: Row) throws(APIError) {
        let isOn = seen.vm.power.isOn
        let resident = isOn ? seen.host : .null
        if isOn, row.ref("resident_on").isNull {
            let domain = 1 &+ (transaction.snapshot.rows("VM").map { $0.int("domid") }.max() ?? 0)
            try transaction.set("VM", row.ref, "domid", .int(domain))
            try set("VM_metrics", row.ref("metrics"), "start_time", .date(pool.now()))
        }
        if !isOn { try transaction.set("VM", row.ref, "domid", .int(-1)) }
        try transaction.set("VM", row.ref, "power_state", .string(seen.vm.power.rawValue))
        try transaction.set("VM", row.ref, "resident_on", .string(resident.rawValue))
        // One that is off is known where it can be started.
        if !isOn { try transaction.set("VM", row.ref, "affinity", .string(seen.host.rawValue)) }
    }

    private mutating func write(
        _ disk: HostInventory.VM.Disk,
        number: Int,
        of vm: Row,
        isOn: Bool,
        since generation: Int64
    ) throws(APIError) {
        let vdi = disk.storage.flatMap { image(disk.source, in: $0) }
        let known = transaction.snapshot.pointing(at: vm.ref, "VM", "VBDs").compactMap {
            transaction.snapshot.row("VBD", $0)
        }
        let drive = known.first { $0.string("device") == disk.device }
        // Something was put in or taken out after the host was asked.
        if let drive, disk.isRemovable, drive.modified > generation { return }
        let vbd =
            drive?.ref
            ?? create(
                "VBD",
                [
                    "VM": .string(vm.ref.rawValue), "device": .string(disk.device), "userdevice": .string("\(number)"),
                    "mode": .string(disk.isRemovable ? "RO" : "RW"), "type": .string(disk.isRemovable ? "CD" : "Disk"),
                    "bootable": .bool(number == 0),
                ]
            )
        try transaction.set("VBD", vbd, "VDI", .string((vdi ?? .null).rawValue))
        try transaction.set("VBD", vbd, "empty", .bool(vdi == nil))
        try transaction.set("VBD", vbd, "currently_attached", .bool(isOn))
    }

    /// The image of that name in a storage, made where it is new.
    private mutating func image(_ source: String, in storage: String) -> Ref? {
        guard let sr = transaction.snapshot.rows("SR").first(where: { $0.nameLabel == storage })?.ref else {
            return nil
        }
        let known = transaction.snapshot.pointing(at: sr, "SR", "VDIs")
            .first { transaction.snapshot.row("VDI", $0)?.string("location") == source }
        let name = source.split(separator: "/").last.map(String.init) ?? source
        return known
            ?? create(
                "VDI",
                [
                    "name_label": .string(name), "location": .string(source), "SR": .string(sr.rawValue),
                    "type": .string("user"), "managed": .bool(true),
                ]
            )
    }

    private mutating func write(_ interface: HostInventory.VM.Interface, number: Int, of vm: Row, isOn: Bool)
        throws(APIError)
    {
        let network = network(interface.network)
        let known = transaction.snapshot.pointing(at: vm.ref, "VM", "VIFs").compactMap {
            transaction.snapshot.row("VIF", $0)
        }
        let vif =
            known.first { $0.string("MAC") == interface.address }?.ref
            ?? create(
                "VIF",
                [
                    "VM": .string(vm.ref.rawValue), "device": .string("\(number)"), "MAC": .string(interface.address),
                    "MTU": .int(1_500), "network": .string(network.rawValue),
                ]
            )
        try transaction.set("VIF", vif, "network", .string(network.rawValue))
        try transaction.set("VIF", vif, "currently_attached", .bool(isOn))
    }

    /// Forgets a VM that no host knows any more.
    mutating func remove(vm: Row) {
        for (table, mirror) in [("VBD", "VBDs"), ("VIF", "VIFs")] {
            for ref in transaction.snapshot.pointing(at: vm.ref, "VM", mirror) { transaction.delete(table, ref) }
        }
        transaction.delete("VM_metrics", vm.ref("metrics"))
        transaction.delete("VM_guest_metrics", vm.ref("guest_metrics"))
        transaction.delete("VM", vm.ref)
    }
}

extension HostInventory.VM.Power {
    /// Whether the VM has memory on a host.
    var isOn: Bool { self == .running || self == .paused }
}
