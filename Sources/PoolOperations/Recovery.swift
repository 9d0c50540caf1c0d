import Hosts
import PoolDatabase
public import XenAPI

extension Pool {
    /// Sets right what a server that died in the middle of something has left in the database.
    ///
    /// Migrations in flight ended with it, their VMs still being where they were. A host that was told to go down may do so
    /// without it: how that ended is seen when the host is looked at.
    public func recover() async throws(APIError) {
        // In a recorded pool nothing was in flight here: it is shown as it was.
        guard hosts.absence == nil else { return }
        try await database.transaction { transaction throws(APIError) in
            for vm in transaction.snapshot.rows("VM") {
                try transaction.set("VM", vm.ref, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
                try OperationMark.clearAll(on: vm, &transaction)
            }
            for host in transaction.snapshot.rows("host") {
                try OperationMark.clearAll(on: host, besides: OperationMark.shutdown, &transaction)
            }
            try MemoryAccounting.refresh(&transaction)
        }
    }
}
