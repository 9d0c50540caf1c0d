public import PoolDatabase
public import XenAPI

/// Fills an empty database with a small XenServer 6.0.2 pool: hosts on shared storage, each with running VMs.
///
/// Packages, programs and restarts on these hosts are real (see `EmbeddedHosts`); the VMs are modelled.
public struct ModelledPool: Sendable {
    private let hostCount: Int
    private let database: PoolDatabase
    private let now: @Sendable () -> Timestamp
    private let makeUUID: @Sendable () -> String
    private static let gibibyte: Int64 = 1 << 30

    /// What each host runs: name, memory in GiB, virtual CPUs and whether it is fully virtualized.
    private static let guests: [(role: String, memory: Int64, vcpus: Int64, isHVM: Bool)] = [
        ("web", 2, 2, false), ("mail", 4, 2, true), ("database", 6, 4, true), ("build", 1, 1, false),
    ]

    /// Describes a pool of `hostCount` hosts.
    public init(
        hostCount: Int,
        in database: PoolDatabase,
        now: @escaping @Sendable () -> Timestamp,
        makeUUID: @escaping @Sendable () -> String
    ) {
        self.hostCount = hostCount
        self.database = database
        self.now = now
        self.makeUUID = makeUUID
    }

    /// Makes the pool, unless the database already holds one.
    public func createIfEmpty() async throws(APIError) {
        let now = now()
        try await database.transaction { transaction throws(APIError) in
            guard transaction.snapshot.rows("pool").isEmpty else { return }
            let storage = createStorage(&transaction)
            let network = createNetwork(&transaction)
            var master: Ref?
            for number in 1...max(1, hostCount) {
                let host = createHost(number, storage, network, now, &transaction)
                master = master ?? host
                for guest in Self.guests {
                    createVM("\(guest.role)-\(number)", guest, on: host, storage, network, now, &transaction)
                }
            }
            create(
                "pool",
                [
                    "name_label": .string("Embedded pool"),
                    "name_description": .string("Real packages and restarts, modelled VMs"),
                    "master": .string((master ?? .null).rawValue), "default_SR": .string(storage.rawValue),
                    "suspend_image_SR": .string(storage.rawValue), "crash_dump_SR": .string(storage.rawValue),
                ],
                &transaction
            )
            try MemoryAccounting.refresh(&transaction)
        }
    }

    @discardableResult
    private func create(_ table: String, _ values: [String: Value], _ transaction: inout Transaction) -> Ref {
        let ref = Ref("OpaqueRef:" + makeUUID())
        transaction.create(table, ref, values.merging(["uuid": .string(makeUUID())]) { given, _ in given })
        return ref
    }

    private func createStorage(_ transaction: inout Transaction) -> Ref {
        create(
            "SR",
            [
                "name_label": .string("Shared storage"),
                "name_description": .string("NFS storage that every host reaches"),
                "type": .string("nfs"), "content_type": .string("user"), "shared": .bool(true),
                "physical_size": .int(4096 * Self.gibibyte),
            ],
            &transaction
        )
    }

    private func createNetwork(_ transaction: inout Transaction) -> Ref {
        create(
            "network",
            ["name_label": .string("Pool-wide network associated with eth0"), "bridge": .string("xenbr0")],
            &transaction
        )
    }

    private func createHost(
        _ number: Int,
        _ storage: Ref,
        _ network: Ref,
        _ now: Timestamp,
        _ transaction: inout Transaction
    ) -> Ref {
        let name = "xs\(number)"
        let metrics = create(
            "host_metrics",
            ["memory_total": .int(64 * Self.gibibyte), "live": .bool(true), "last_updated": .date(now)],
            &transaction
        )
        let host = create(
            "host",
            [
                "name_label": .string(name), "name_description": .string("Embedded host"), "hostname": .string(name),
                // 192.0.2.0/24 is set aside for documentation (RFC 5737): these hosts are reached through the pool.
                "address": .string("192.0.2.\(number % 250 + 1)"), "enabled": .bool(true),
                "metrics": .string(metrics.rawValue), "memory_overhead": .int(512 << 20),
                "API_version_major": .int(1), "API_version_minor": .int(9), "API_version_vendor": .string("XenSource"),
                "capabilities": .strings(["xen-3.0-x86_64", "xen-3.0-x86_32p", "hvm-3.0-x86_32", "hvm-3.0-x86_64"]),
                "edition": .string("free"), "sched_policy": .string("credit"),
                "suspend_image_sr": .string(storage.rawValue), "crash_dump_sr": .string(storage.rawValue),
                "cpu_info": .pairs(["cpu_count": "16", "vendor": "GenuineIntel"]),
            ],
            &transaction
        )
        create(
            "PBD",
            [
                "host": .string(host.rawValue), "SR": .string(storage.rawValue), "currently_attached": .bool(true),
                "device_config": .pairs(["server": "192.0.2.251", "serverpath": "/export/pool"]),
            ],
            &transaction
        )
        let card = create(
            "PIF_metrics",
            ["carrier": .bool(true), "speed": .int(10_000), "duplex": .bool(true)],
            &transaction
        )
        create(
            "PIF",
            [
                "metrics": .string(card.rawValue),
                "device": .string("eth0"), "host": .string(host.rawValue), "network": .string(network.rawValue),
                "MAC": .string(macAddress(host: number, device: 0)), "MTU": .int(1500), "VLAN": .int(-1),
                "physical": .bool(true), "currently_attached": .bool(true), "management": .bool(true),
                "ip_configuration_mode": .string("Static"), "IP": .string("192.0.2.\(number % 250 + 1)"),
                "netmask": .string("255.255.255.0"),
            ],
            &transaction
        )
        let memory = 752 << 20 as Int64
        create(
            "VM",
            [
                "name_label": .string("Control domain on host: \(name)"), "is_control_domain": .bool(true),
                "power_state": .string("Running"), "resident_on": .string(host.rawValue), "domid": .int(0),
                "memory_static_max": .int(memory), "memory_dynamic_max": .int(memory),
                "memory_dynamic_min": .int(memory), "memory_target": .int(memory), "VCPUs_max": .int(4),
                "VCPUs_at_startup": .int(4), "affinity": .string(host.rawValue),
            ],
            &transaction
        )
        return host
    }

    private func createVM(
        _ name: String,
        _ guest: (role: String, memory: Int64, vcpus: Int64, isHVM: Bool),
        on host: Ref,
        _ storage: Ref,
        _ network: Ref,
        _ now: Timestamp,
        _ transaction: inout Transaction
    ) {
        let memory = guest.memory * Self.gibibyte
        let metrics = create(
            "VM_metrics",
            [
                "memory_actual": .int(memory), "VCPUs_number": .int(guest.vcpus), "start_time": .date(now),
                "install_time": .date(now),
            ],
            &transaction
        )
        // 198.18.0.0/15 is set aside for trials (RFC 2544): clients that wait for a guest's address find one.
        let number = transaction.snapshot.refs("VM_guest_metrics").count
        let guestMetrics = create(
            "VM_guest_metrics",
            [
                "networks": .pairs(["0/ip": "198.18.\(number / 250 % 256).\(number % 250 + 1)"]),
                "PV_drivers_version": .pairs(["major": "6", "minor": "0", "micro": "2", "build": "53456"]),
                "PV_drivers_up_to_date": .bool(true), "live": .bool(true), "last_updated": .date(now),
            ],
            &transaction
        )
        let overhead = MemoryAccounting.overhead(
            isHVM: guest.isHVM,
            vcpus: guest.vcpus,
            staticMax: memory,
            shadowMultiplier: 1
        )
        let vm = create(
            "VM",
            [
                "name_label": .string(name), "power_state": .string("Running"), "resident_on": .string(host.rawValue),
                "metrics": .string(metrics.rawValue), "guest_metrics": .string(guestMetrics.rawValue),
                "memory_static_max": .int(memory), "memory_dynamic_max": .int(memory),
                "memory_dynamic_min": .int(memory), "memory_static_min": .int(512 << 20),
                "memory_target": .int(memory), "memory_overhead": .int(overhead), "VCPUs_max": .int(guest.vcpus),
                "VCPUs_at_startup": .int(guest.vcpus), "HVM_shadow_multiplier": .float(1),
                "HVM_boot_policy": .string(guest.isHVM ? "BIOS order" : ""),
                "PV_bootloader": .string(guest.isHVM ? "" : "pygrub"), "suspend_SR": .string(storage.rawValue),
                "domid": .int(Int64(transaction.snapshot.refs("VM").count)),
            ],
            &transaction
        )
        let disk = create(
            "VDI",
            [
                "name_label": .string("\(name) system disk"), "SR": .string(storage.rawValue),
                "type": .string("system"),
                "virtual_size": .int(20 * Self.gibibyte), "managed": .bool(true),
            ],
            &transaction
        )
        create(
            "VBD",
            [
                "VM": .string(vm.rawValue), "VDI": .string(disk.rawValue), "device": .string("xvda"),
                "userdevice": .string("0"), "bootable": .bool(true), "mode": .string("RW"), "type": .string("Disk"),
                "currently_attached": .bool(true),
            ],
            &transaction
        )
        create(
            "VIF",
            [
                "VM": .string(vm.rawValue), "network": .string(network.rawValue), "device": .string("0"),
                "MAC": .string(macAddress(host: transaction.snapshot.refs("VIF").count, device: 1)), "MTU": .int(1500),
                "currently_attached": .bool(true),
            ],
            &transaction
        )
    }

    /// An address out of the locally administered range.
    private func macAddress(host: Int, device: Int) -> String {
        func hex(_ byte: Int) -> String { (byte < 16 ? "0" : "") + String(byte & 255, radix: 16) }
        return "02:16:3e:\(hex(device)):\(hex(host >> 8 & 255)):\(hex(host & 255))"
    }
}
