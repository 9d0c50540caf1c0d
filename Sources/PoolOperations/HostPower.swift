import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// `host.reboot`: begins a restart and returns. The host must be disabled. As in XenServer nothing checks for VMs
    /// that still run there: they go down with the host.
    ///
    /// - Throws: `HOST_NOT_DISABLED`, `HOST_OFFLINE`.
    public func reboot(_ host: Ref, operation: Ref) async throws(APIError) {
        try await takeDown(host, operation, check: { _, _ in }, halting: true) { driver throws(HostError) in
            try await driver.reboot()
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
        try await takeDown(host, operation, check: isEmpty) { driver throws(HostError) in try await driver.shutdown() }
    }

    /// `host.power_on`: begins to switch on a host that is off, and returns. It is back in service when it has booted.
    ///
    /// - Throws: `HOST_IS_LIVE`; `HOST_POWER_ON_MODE_DISABLED` where its driver has no way to.
    public func powerOn(_ host: Ref) async throws(APIError) {
        let snapshot = database.snapshot
        guard !snapshot.isLive(try snapshot.require("host", host)) else {
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
    ///
    /// - Parameter halting: whether VMs that still run there are written down as halted.
    private func takeDown(
        _ host: Ref,
        _ operation: Ref,
        check: @escaping @Sendable (Row, Snapshot) throws(APIError) -> Void,
        halting: Bool = false,
        _ act: (any Host) async throws(HostError) -> Void
    ) async throws(APIError) {
        let driver = try driver(host)
        let done = try await during(
            .host(host, OperationMark.shutdown, by: operation),
            prepare: { transaction throws(APIError) -> Ref? in
                let row = try transaction.snapshot.require("host", host)
                guard !row.bool("enabled") else { throw APIError("HOST_NOT_DISABLED") }
                if let busy = OperationMark.inProgress(on: row) { throw busy }
                try check(row, transaction.snapshot)
                return host
            },
            perform: { _ async -> HostError? in
                do throws(HostError) {
                    try await act(driver)
                    return nil
                } catch {
                    return error
                }
            },
            record: { host, failure, transaction throws(APIError) in
                guard failure == nil, halting else { return }
                for vm in EvacuationPlan.guests(of: host, in: transaction.snapshot) { try halt(vm.ref, &transaction) }
                try MemoryAccounting.refresh(&transaction)
            }
        )
        if let failure = done?.failure { throw failure.asAPIError(host) }
    }
}
