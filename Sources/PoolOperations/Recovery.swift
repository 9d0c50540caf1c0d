import PoolDatabase
public import XenAPI

extension Pool {
    /// Sets right what a server that died in the middle of something has left in the database.
    ///
    /// Migrations in flight ended with it, their VMs still being where they were. Restarts go on without it: the
    /// host monitor sees how they end.
    public func recover() async throws(APIError) {
        // In a recorded pool nothing was in flight here: it is shown as it was.
        guard !(hosts is RecordedHosts) else { return }
        try await database.transaction { transaction throws(APIError) in
            for vm in transaction.snapshot.rows("VM") {
                try transaction.set("VM", vm.ref, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
                try transaction.set("VM", vm.ref, "current_operations", .map([]))
            }
            for host in transaction.snapshot.rows("host") {
                let restarts = (host["current_operations"].members ?? []).filter { $0.value == .string("shutdown") }
                try transaction.set("host", host.ref, "current_operations", .map(restarts))
            }
            try MemoryAccounting.refresh(&transaction)
        }
    }
}
