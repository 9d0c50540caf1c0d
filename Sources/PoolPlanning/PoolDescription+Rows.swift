import Planner
import PoolDatabase
import PoolOperations
import XenAPI

extension PoolDescription.Host {
    /// A host as its row and the rows around it tell.
    init(_ row: Row, _ snapshot: Snapshot, patch: Row?) {
        let metrics = snapshot.row("host_metrics", row.ref("metrics"))
        self.init(
            uuid: row.uuid,
            memoryTotal: metrics?.int("memory_total") ?? 0,
            memoryOverhead: row.int("memory_overhead")
        )
        storage = Set(
            snapshot.pointing(at: row.ref, "host", "PBDs").compactMap { snapshot.stored("PBD", $0) }
                .filter { $0.bool("currently_attached") }
                .compactMap { snapshot.stored("SR", $0.ref("SR"))?.uuid }
        )
        let pifs = snapshot.pointing(at: row.ref, "host", "PIFs").compactMap { snapshot.stored("PIF", $0) }
        networks = Set(pifs.compactMap { snapshot.stored("network", $0.ref("network"))?.uuid })
        let management = pifs.first { $0.bool("management") }
        let speed = management.flatMap { snapshot.row("PIF_metrics", $0.ref("metrics"))?.int("speed") } ?? 0
        // Mbit/s of the wire; TCP's and the migration protocol's share leaves 110 MiB/s of a Gbit/s.
        if (1...1_000_000).contains(speed) { nicRate = max(1, Int(speed) * 110 / 1000) }
        if let patch { readPatch(row, patch, snapshot) }
    }

    private mutating func readPatch(_ row: Row, _ patch: Row, _ snapshot: Snapshot) {
        let applied = snapshot.pointing(at: row.ref, "host", "patches").compactMap { snapshot.row("host_patch", $0) }
            .first { $0.ref("pool_patch") == patch.ref }
        guard let applied else { return }
        // The toolstack starts anew in place: a plan has nothing to do for it.
        if row.owedRestart(for: patch, appliedAt: applied.date("timestamp_applied")) == .host {
            earlierApply = [0]
        } else {
            isUpdated = true
        }
    }
}

extension PoolDescription.VM {
    /// A VM as its row and the rows around it tell.
    init(_ row: Row, on host: String, _ snapshot: Snapshot) {
        self.init(
            uuid: row.uuid,
            residentOn: host,
            memoryDynamicMin: row.int("memory_dynamic_min"),
            memoryStaticMax: row.int("memory_static_max")
        )
        isControlDomain = row.bool("is_control_domain")
        memoryOverhead = row.int("memory_overhead")
        vcpusMax = Int(row.int("VCPUs_max"))
        isHVM = !row.string("HVM_boot_policy").isEmpty
        shadowMultiplier = row.float("HVM_shadow_multiplier")
        for vbd in snapshot.pointing(at: row.ref, "VM", "VBDs").compactMap({ snapshot.stored("VBD", $0) })
        where !vbd.bool("empty") {
            guard let vdi = snapshot.stored("VDI", vbd.ref("VDI")), let sr = snapshot.stored("SR", vdi.ref("SR")) else {
                continue
            }
            if vbd.string("type") == "CD" { mediaStorage.insert(sr.uuid) } else { diskStorage.insert(sr.uuid) }
        }
        let vifs = snapshot.pointing(at: row.ref, "VM", "VIFs").compactMap { snapshot.stored("VIF", $0) }
        networks = Set(vifs.compactMap { snapshot.stored("network", $0.ref("network"))?.uuid })
        let obstacles = VMObstacles.lastingReasons(against: .poolMigrate, on: row, in: snapshot)
        hasLocalDevice = VMObstacles.holdsDevice(row, in: snapshot)
        hasDrivers = !obstacles.contains { $0.code == "VM_MISSING_PV_DRIVERS" }
        isBlocked = obstacles.contains { !["VM_MISSING_PV_DRIVERS", "VM_HAS_PCI_ATTACHED"].contains($0.code) }
        if !VMObstacles.lastingReasons(against: .suspend, on: row, in: snapshot).isEmpty {
            refusedStops.insert(.suspend)
        }
        if !VMObstacles.lastingReasons(against: .cleanShutdown, on: row, in: snapshot).isEmpty {
            refusedStops.insert(.shutdown)
        }
        isPaused = row.string("power_state") == "Paused"
    }
}
