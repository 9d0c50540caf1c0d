import Hosts
import PoolDatabase
import PoolOperations
import Rollout
import XenAPI

/// What a run switches off.
extension PoolPerformer {
    func fix(_ fix: Fix) async throws(APIError) {
        switch fix {
        case .disableHA: try await setPool("ha_enabled", .bool(false))
        case .disableWLB: try await setPool("wlb_enabled", .bool(false))
        case .enableHost(let host): try await pool.enable(try ref(host))
        case .plugStorage(let host): try await plugStorage(host)
        case .ejectISO(let vm, _): try await setDrive(of: vm, iso: nil)
        case .clearAutoPowerOn(let vm): try await pool.setAutoPowerOn(false, of: try require("VM", vm))
        // The machine takes care of it: the host stays as it is.
        case .keepDisabled: break
        }
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

    func setPool(_ field: String, _ value: Value) async throws(APIError) {
        let reference = try snapshot.pool().ref
        try await pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool", reference, field, value)
        }
    }

    /// Empties a VM's CD drive, or puts the ISO of that name back: the one that the VM's host sees, where there are several.
    func setDrive(of vm: String, iso: String?) async throws(APIError) {
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
