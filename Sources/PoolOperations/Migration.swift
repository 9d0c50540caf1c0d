import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// `VM.pool_migrate`: moves a running VM to another host of the pool without stopping it.
    ///
    /// - Throws: what ``VMObstacles`` holds against it, `HOST_DISABLED`, `HOST_NOT_LIVE`, `VM_REQUIRES_SR`, `VM_REQUIRES_NETWORK`,
    ///   `HOST_NOT_ENOUGH_FREE_MEMORY` or `NOT_SUPPORTED_DURING_UPGRADE` before anything moves; `VM_MIGRATE_FAILED`
    ///   where the migration itself failed: the VM then still runs where it was.
    public func migrate(_ vm: Ref, to host: Ref, operation: Ref, progress: @escaping ProgressReport)
        async throws(APIError)
    {
        let done = try await during(
            .vm(vm, .poolMigrate, by: operation),
            prepare: { transaction throws(APIError) in try Self.reserve(vm, host, in: &transaction) },
            perform: { move in await carryOut(move, progress) },
            record: { _, failure, transaction throws(APIError) in
                try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
                if failure == nil { try transaction.set("VM", vm, "resident_on", .string(host.rawValue)) }
                try MemoryAccounting.refresh(&transaction)
            }
        )
        if let failure = done?.failure { throw failure }
    }

    private func carryOut(_ move: Move, _ progress: @escaping ProgressReport) async -> APIError? {
        let (reports, continuation) = AsyncStream.makeStream(of: Double.self, bufferingPolicy: .bufferingNewest(1))
        return await withTaskGroup(of: Void.self) { group -> APIError? in
            group.addTask {
                for await part in reports { await progress(part) }
            }
            defer { continuation.finish() }
            do throws(HostError) {
                try await hosts.hypervisor.migrate(move.vm, from: move.source.uuid, to: move.destination.uuid) {
                    continuation.yield($0)
                }
                return nil
            } catch {
                let refs = [move.ref, move.source.ref, move.destination.ref].map(\.rawValue)
                return APIError("VM_MIGRATE_FAILED", refs + ["\(error)"])
            }
        }
    }

    private struct Move: Sendable {
        let ref: Ref
        let vm: RunningVM
        let source: Row
        let destination: Row
    }

    /// Checks a move and takes its memory on the destination, in one transaction, so that two moves can not share it.
    ///
    /// - Returns: nil for a VM that is there already.
    private static func reserve(_ vm: Ref, _ host: Ref, in transaction: inout Transaction) throws(APIError) -> Move? {
        let snapshot = transaction.snapshot
        let row = try snapshot.require("VM", vm)
        let destination = try snapshot.require("host", host)
        if row.ref("resident_on") == host, row.string("power_state") == "Running" { return nil }
        try VMObstacles.assertAllowed(.poolMigrate, on: row, in: snapshot)
        let source = try snapshot.require("host", row.ref("resident_on"))
        // XenServer 6.0 names the VM here, not the host; scripts know it so.
        guard destination.bool("enabled") else { throw APIError("HOST_DISABLED", [vm.rawValue]) }
        guard ProductVersion(destination) >= ProductVersion(source) else {
            throw APIError("NOT_SUPPORTED_DURING_UPGRADE")
        }
        try PlacementChecks.assertCanRun(row, on: destination, in: snapshot)
        let (need, free) = (MemoryAccounting.need(row), MemoryAccounting.free(destination, in: snapshot))
        guard need <= free else {
            throw APIError("HOST_NOT_ENOUGH_FREE_MEMORY", [String(need), String(free)])
        }
        try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(host.rawValue))
        try MemoryAccounting.refresh(&transaction)
        return Move(
            ref: vm,
            vm: RunningVM(uuid: row.uuid, name: row.nameLabel, memory: row.int("memory_dynamic_max")),
            source: source,
            destination: destination
        )
    }
}
