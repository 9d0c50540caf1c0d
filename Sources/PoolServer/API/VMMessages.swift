import PoolDatabase
import PoolOperations
import XenAPI

extension Messages {
    /// Messages on virtual machines.
    static let virtualMachines: [String: API.Handler] = [
        "VM.pool_migrate": { call throws(APIError) in
            try await call.api.pool.migrate(
                call.arguments.ref(0),
                to: call.arguments.ref(1),
                operation: call.task,
                progress: call.progress
            )
            return .void
        }
    ]
}
