import Hosts
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
        case .clearAutoPowerOn(let vm): try await pool.setAutoPowerOn(false, of: try require("VM", vm))
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
        case .autoPowerOn(let vm): try await pool.setAutoPowerOn(true, of: try require("VM", vm))
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
        let driver = try pool.driver(reference)
        do throws(HostError) { try await driver.plugStorage() } catch { throw error.asAPIError(reference) }
        if await pool.readStorage(of: reference) { return }
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

    /// Empties a VM's CD drive, or puts the ISO of that name back: the one that the VM's host sees, where there are several.
    private func setDrive(of vm: String, iso: String?) async throws(APIError) {
        let reference = try require("VM", vm)
        guard let iso else {
            try await pool.insert(nil, intoDriveOf: reference)
            return
        }
        let snapshot = snapshot
        let host = try snapshot.require("VM", reference).ref("resident_on")
        let seen = snapshot.pointing(at: host, "host", "PBDs").compactMap { snapshot.row("PBD", $0)?.ref("SR") }
        let discs = snapshot.rows("VDI").filter { $0.nameLabel == iso }
        guard let disc = discs.first(where: { seen.contains($0.ref("SR")) }) ?? discs.first else {
            throw .internalError("The ISO \(iso) is no longer there.")
        }
        try await pool.insert(disc.ref, intoDriveOf: reference)
    }
}
