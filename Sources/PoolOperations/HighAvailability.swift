import PoolDatabase
public import XenAPI

/// What high availability has promised, and whether an operation would break it.
enum HighAvailability {
    /// - Throws: `HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN` where the pool could keep its promise with the host, and could
    ///   not without it.
    static func assertCanSpare(_ host: Row, in snapshot: Snapshot) throws(APIError) {
        let pool = try snapshot.pool()
        guard pool.bool("ha_enabled"), !pool.bool("ha_allow_overcommit") else { return }
        let failures = Int(max(0, pool.int("ha_host_failures_to_tolerate")))
        let hosts = snapshot.rows("host").filter { $0.bool("enabled") }
        guard holds(hosts, failures, snapshot), !holds(hosts.filter { $0.ref != host.ref }, failures, snapshot) else {
            return
        }
        throw APIError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")
    }

    /// Whether the protected VMs still fit, by memory, when the largest hosts fail.
    private static func holds(_ hosts: [Row], _ failures: Int, _ snapshot: Snapshot) -> Bool {
        guard hosts.count > failures else { return false }
        // Wrapping, as in MemoryAccounting: impossible numbers get a poor answer, and do not stop the server.
        let capacities = hosts.map { host in
            (snapshot.row("host_metrics", host.ref("metrics"))?.int("memory_total") ?? 0) &- host.int("memory_overhead")
        }
        let left = capacities.sorted(by: >).dropFirst(failures).reduce(0, &+)
        let needed = snapshot.rows("VM")
            .filter { !$0.ref("resident_on").isNull }
            .map { MemoryAccounting.need($0) }
            .reduce(0, &+)
        return needed <= left
    }
}

extension Pool {
    /// `pool.enable_ha`: from now on the pool promises to restart protected VMs.
    ///
    /// - Parameter storages: the SRs for the heartbeat, which every host must reach.
    /// - Throws: `HA_IS_ENABLED`, `HA_TOO_FEW_HOSTS`, `HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED`.
    public func enableHA(on storages: [Ref]) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let pool = try transaction.snapshot.pool()
            guard !pool.bool("ha_enabled") else { throw APIError("HA_IS_ENABLED") }
            guard transaction.snapshot.refs("host").count > 1 else { throw APIError("HA_TOO_FEW_HOSTS") }
            for storage in storages {
                guard try transaction.snapshot.require("SR", storage).bool("shared") else {
                    throw APIError("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", [storage.rawValue])
                }
            }
            try transaction.set("pool", pool.ref, "ha_enabled", .bool(true))
        }
    }

    /// `pool.disable_ha`: the pool promises nothing any more.
    ///
    /// - Throws: `HA_NOT_ENABLED`.
    public func disableHA() async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let pool = try transaction.snapshot.pool()
            guard pool.bool("ha_enabled") else { throw APIError("HA_NOT_ENABLED") }
            try transaction.set("pool", pool.ref, "ha_enabled", .bool(false))
        }
    }
}
