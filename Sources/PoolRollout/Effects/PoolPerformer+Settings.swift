import PoolDatabase
import PoolOperations
import Rollout
import XenAPI

/// What a run switches off, and what it gives back.
extension PoolPerformer {
    func fix(_ fix: Fix) async throws(APIError) {
        switch fix {
        case .disableHA: try await setPool("ha_enabled", .bool(false))
        case .disableWLB: try await setPool("wlb_enabled", .bool(false))
        case .enableHost(let host): try await pool.enable(try ref(host))
        case .plugStorage(let host): try await plugStorage(host)
        case .ejectISO(let vm, _): try await setDrive(of: vm, iso: nil)
        case .clearAutoPowerOn(let vm): try await setAutoPowerOn(vm, nil)
        }
    }

    func pay(_ debt: Debt) async throws(APIError) {
        switch debt {
        case .haEnabled(let failures):
            let reference = try snapshot.pool().ref
            try await pool.database.transaction { transaction throws(APIError) in
                try transaction.set("pool", reference, "ha_enabled", .bool(true))
                try transaction.set("pool", reference, "ha_host_failures_to_tolerate", .int(Int64(failures)))
            }
        case .wlbEnabled: try await setPool("wlb_enabled", .bool(true))
        case .hostEnabled(let host):
            // A host that is down would only look enabled.
            _ = try await facts(host)
            try await pool.enable(try ref(host))
        case .vmRunning(let vm, let host, let way): try await bringBack(vm, host, way)
        case .isoInserted(let vm, let iso): try await setDrive(of: vm, iso: iso)
        case .autoPowerOn(let vm): try await setAutoPowerOn(vm, "true")
        }
    }

    /// A VM that the run stopped runs again: where it was, or where there is room if that host is out of service.
    private func bringBack(_ vm: String, _ host: String, _ way: Consent.Way) async throws(APIError) {
        guard try !isRunning(vm) else { return }
        let reference = try require("VM", vm)
        let isSuspended = try snapshot.require("VM", reference).string("power_state") == "Suspended"
        let home = try ref(host)
        let isInService = try snapshot.require("host", home).bool("enabled")
        try await pool.start(reference, on: isInService ? home : nil, resuming: isSuspended)
    }

    func plugStorage(_ host: String) async throws(APIError) {
        let reference = try ref(host)
        try await pool.database.transaction { transaction throws(APIError) in
            for pbd in transaction.snapshot.pointing(at: reference, "host", "PBDs") {
                try transaction.set("PBD", pbd, "currently_attached", .bool(true))
            }
        }
    }

    private func setPool(_ field: String, _ value: Value) async throws(APIError) {
        let reference = try snapshot.pool().ref
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool", reference, field, value)
        }
    }

    private func setAutoPowerOn(_ vm: String, _ value: String?) async throws(APIError) {
        let reference = try require("VM", vm)
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set("VM", reference, "other_config", key: "auto_poweron", value)
        }
    }

    /// Empties a VM's CD drive, or puts the ISO of that name back.
    private func setDrive(of vm: String, iso: String?) async throws(APIError) {
        let reference = try require("VM", vm)
        try await pool.database.transaction { transaction throws(APIError) in
            let snapshot = transaction.snapshot
            let drives = snapshot.pointing(at: reference, "VM", "VBDs").compactMap { snapshot.row("VBD", $0) }
            guard let drive = drives.first(where: { $0.string("type") == "CD" }) else { return }
            let disc = iso.flatMap { name in snapshot.rows("VDI").first { $0.nameLabel == name } }
            if iso != nil, disc == nil { throw .internalError("The ISO \(iso ?? "") is no longer there.") }
            try transaction.set("VBD", drive.ref, "VDI", .string((disc?.ref ?? .null).rawValue))
            try transaction.set("VBD", drive.ref, "empty", .bool(disc == nil))
        }
    }
}
