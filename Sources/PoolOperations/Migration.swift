import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// `VM.pool_migrate`: moves a running VM to another host of the pool without stopping it.
    ///
    /// - Throws: `VM_BAD_POWER_STATE`, `HOST_DISABLED`, `HOST_NOT_LIVE`, `VM_REQUIRES_SR`, `VM_REQUIRES_NETWORK`,
    ///   `HOST_NOT_ENOUGH_FREE_MEMORY` or `NOT_SUPPORTED_DURING_UPGRADE` before anything moves; `VM_MIGRATE_FAILED`
    ///   where the migration itself failed: the VM then still runs where it was.
    public func migrate(_ vm: Ref, to host: Ref, operation: Ref, progress: @escaping ProgressReport)
        async throws(APIError)
    {
        let move = try await database.transaction { transaction throws(APIError) in
            try Self.reserve(vm, host, operation, in: &transaction)
        }
        guard let move else { return }
        let (reports, continuation) = AsyncStream.makeStream(of: Double.self, bufferingPolicy: .bufferingNewest(1))
        let failure = await withTaskGroup(of: Void.self) { group -> HostError? in
            group.addTask {
                for await part in reports { await progress(part) }
            }
            defer { continuation.finish() }
            do throws(HostError) {
                try await hosts.hypervisor.migrate(move.vm, from: move.source, to: move.destination) {
                    continuation.yield($0)
                }
                return nil
            } catch {
                return error
            }
        }
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
            try transaction.set("VM", vm, "current_operations", key: operation.rawValue, nil)
            if failure == nil { try transaction.set("VM", vm, "resident_on", .string(host.rawValue)) }
            try MemoryAccounting.refresh(&transaction)
        }
        if let failure {
            throw APIError("VM_MIGRATE_FAILED", [vm.rawValue, move.sourceRef.rawValue, host.rawValue, "\(failure)"])
        }
    }

    private struct Move: Sendable {
        let vm: RunningVM
        let source: String
        let sourceRef: Ref
        let destination: String
    }

    /// Checks a move and takes its memory on the destination, in one transaction, so that two moves can not share it.
    private static func reserve(
        _ vm: Ref,
        _ host: Ref,
        _ operation: Ref,
        in transaction: inout Transaction
    ) throws(APIError) -> Move? {
        let snapshot = transaction.snapshot
        let row = try snapshot.require("VM", vm)
        let destination = try snapshot.require("host", host)
        guard row.string("power_state") == "Running" else {
            throw APIError("VM_BAD_POWER_STATE", [vm.rawValue, "running", row.string("power_state").lowercased()])
        }
        let source = try snapshot.require("host", row.ref("resident_on"))
        if source.ref == host { return nil }
        if let busy = (row["current_operations"].members ?? []).first {
            throw APIError("OTHER_OPERATION_IN_PROGRESS", ["VM", vm.rawValue, busy.value.text ?? ""])
        }
        try PlacementChecks.assertCanLeave(row)
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
        try transaction.set("VM", vm, "current_operations", key: operation.rawValue, "pool_migrate")
        try MemoryAccounting.refresh(&transaction)
        return Move(
            vm: RunningVM(uuid: row.uuid, name: row.nameLabel, memory: row.int("memory_dynamic_max")),
            source: source.uuid,
            sourceRef: source.ref,
            destination: destination.uuid
        )
    }
}
