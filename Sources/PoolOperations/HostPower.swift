import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// `host.reboot`: begins a restart and returns. The host must be disabled. As in XenServer nothing checks for VMs
    /// that still run there: they go down with the host.
    ///
    /// - Throws: `HOST_NOT_DISABLED`, `HOST_OFFLINE`.
    public func reboot(_ host: Ref, operation: Ref) async throws(APIError) {
        try await takeDown(host, operation, { _, _ in }) { driver throws(HostError) in try await driver.reboot() }
        try await database.transaction { transaction throws(APIError) in
            for vm in EvacuationPlan.guests(of: host, in: transaction.snapshot) {
                try halt(vm.ref, &transaction)
            }
            try MemoryAccounting.refresh(&transaction)
        }
    }

    /// `host.shutdown`: begins to switch the host off and returns. The host must be disabled and empty: nothing would
    /// bring a VM back that goes down with it.
    ///
    /// - Throws: `HOST_NOT_DISABLED`, `HOST_IN_USE` with a VM that is in the way, `HOST_OFFLINE`.
    public func shutdown(_ host: Ref, operation: Ref) async throws(APIError) {
        let isEmpty = { @Sendable (row: Row, snapshot: Snapshot) throws(APIError) in
            guard let vm = EvacuationPlan.guests(of: row.ref, in: snapshot).first else { return }
            throw APIError("HOST_IN_USE", [row.ref.rawValue, "VM", vm.ref.rawValue])
        }
        try await takeDown(host, operation, isEmpty) { driver throws(HostError) in try await driver.shutdown() }
    }

    /// `host.power_on`: begins to switch on a host that is off, and returns. It is back in service when it has booted.
    ///
    /// - Throws: `HOST_IS_LIVE`; `HOST_POWER_ON_MODE_DISABLED` where its driver has no way to.
    public func powerOn(_ host: Ref) async throws(APIError) {
        let snapshot = database.snapshot
        guard !PlacementChecks.isLive(try snapshot.require("host", host), in: snapshot) else {
            throw APIError("HOST_IS_LIVE", [host.rawValue])
        }
        let driver = try driver(host)
        do throws(HostError) {
            try await driver.powerOn()
        } catch {
            if case .unsupported = error { throw APIError("HOST_POWER_ON_MODE_DISABLED") }
            throw error.asAPIError(host)
        }
    }

    /// An archive (tar) of what a host would be missed for.
    ///
    /// - Parameter limit: the most bytes that it may have.
    /// - Throws: `UUID_INVALID`, `HOST_OFFLINE`, or `INTERNAL_ERROR` with one sentence on why there is none.
    public func backup(ofHostWithUUID uuid: String, limit: Int) async throws(APIError) -> [UInt8] {
        let host = try database.snapshot.require("host", uuid: uuid).ref
        let driver = try driver(host)
        do throws(HostError) {
            return try await driver.backup(limit: limit)
        } catch {
            throw error.asAPIError(host)
        }
    }

    /// Tells a disabled host to go down, and shows that it is on its way for as long as it is.
    private func takeDown(
        _ host: Ref,
        _ operation: Ref,
        _ check: @escaping @Sendable (Row, Snapshot) throws(APIError) -> Void,
        _ act: (any Host) async throws(HostError) -> Void
    ) async throws(APIError) {
        let driver = try driver(host)
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("host", host)
            guard !row.bool("enabled") else { throw APIError("HOST_NOT_DISABLED") }
            if let busy = row["current_operations"].members?.first {
                throw APIError("OTHER_OPERATION_IN_PROGRESS", ["host", host.rawValue, busy.value.text ?? ""])
            }
            try check(row, transaction.snapshot)
            // `shutdown` also for a restart: so did XenServer 6.0.
            try transaction.set("host", host, "current_operations", key: operation.rawValue, "shutdown")
        }
        do throws(HostError) {
            try await act(driver)
        } catch {
            try await database.transaction { transaction throws(APIError) in
                try transaction.set("host", host, "current_operations", key: operation.rawValue, nil)
            }
            throw error.asAPIError(host)
        }
    }
}
