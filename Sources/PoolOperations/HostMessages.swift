import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// `host.disable`: no VM starts on the host or moves to it any more. Those that run there are left alone.
    ///
    /// - Throws: `HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN` where high availability counts on the host.
    public func disable(_ host: Ref) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("host", host)
            try HighAvailability.assertCanSpare(row, in: transaction.snapshot)
            try transaction.set("host", host, "enabled", .bool(false))
        }
    }

    /// `host.enable`: VMs may start on the host and move to it again.
    ///
    /// - Throws: `HOST_DISABLED_UNTIL_REBOOT` while it is on its way down.
    public func enable(_ host: Ref) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("host", host)
            guard OperationMark.operations(OperationMark.shutdown, on: row).isEmpty else {
                throw APIError("HOST_DISABLED_UNTIL_REBOOT")
            }
            try transaction.set("host", host, "enabled", .bool(true))
        }
    }

    /// `host.evacuate`: moves every VM off the host, one after another.
    ///
    /// Nothing moves where any VM can not. The host need not be disabled, and is not disabled by this.
    ///
    /// - Throws: the first VM's problem; or what stopped a migration, the VMs that follow being left where they are.
    public func evacuate(_ host: Ref, operation: Ref, progress: @escaping ProgressReport) async throws(APIError) {
        let done = try await during(
            .host(host, "evacuate", by: operation),
            prepare: { transaction throws(APIError) -> EvacuationPlan? in
                let row = try transaction.snapshot.require("host", host)
                if let busy = OperationMark.inProgress(on: row) { throw busy }
                try HighAvailability.assertCanSpare(row, in: transaction.snapshot)
                let plan = EvacuationPlan(emptying: row, in: transaction.snapshot)
                if let problem = plan.problems.first { throw problem.error }
                return plan
            },
            perform: { plan in await carryOut(plan, operation, progress) },
            record: { _, _, _ in }
        )
        if let failure = done?.failure { throw failure }
    }

    private func carryOut(_ plan: EvacuationPlan, _ operation: Ref, _ progress: @escaping ProgressReport) async
        -> APIError?
    {
        do throws(APIError) {
            for (done, move) in plan.moves.enumerated() {
                let share = 1 / Double(plan.moves.count)
                try await migrate(move.vm, to: move.host, operation: operation) { part in
                    await progress((Double(done) + part) * share)
                }
                await progress(Double(done + 1) * share)
            }
            return nil
        } catch {
            return error
        }
    }

    /// `host.restart_agent`: restarts the host's agent. VMs go on.
    public func restartAgent(_ host: Ref) async throws(APIError) {
        do throws(HostError) {
            try await driver(forAgentOf: host).restartAgent()
        } catch {
            throw error.asAPIError(host)
        }
    }

    private func driver(forAgentOf host: Ref) throws(HostError) -> any Host {
        do throws(APIError) {
            return try driver(host)
        } catch {
            throw .unreachable(host: host.rawValue, reason: "the pool has no such host")
        }
    }
}

extension HostError {
    /// The error as a XenAPI client knows it.
    public func asAPIError(_ host: Ref) -> APIError {
        switch self {
        case .unreachable: APIError("HOST_OFFLINE", [host.rawValue])
        // Expected, and no failure of anything.
        case .unsupported, .recorded: APIError("OPERATION_NOT_ALLOWED", [description])
        case .sandboxUnavailable, .diskFull, .failed, .migrationFailed: .internalError(description)
        }
    }
}
