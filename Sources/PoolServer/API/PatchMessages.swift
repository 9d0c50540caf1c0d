import PoolDatabase
import PoolOperations
import PoolPatching
import XenAPI

extension Messages {
    /// Messages on patches.
    static let patches: [String: API.Handler] = [
        "pool_patch.precheck": { call throws(APIError) in
            .string(try await call.api.patches.precheck(call.arguments.ref(0), on: call.arguments.ref(1)))
        },
        "pool_patch.apply": { call throws(APIError) in
            .string(try await call.api.patches.apply(call.arguments.ref(0), to: call.arguments.ref(1)))
        },
        "pool_patch.pool_apply": { call throws(APIError) in
            try await call.api.patches.poolApply(call.arguments.ref(0), progress: call.progress)
            return .void
        },
        "pool_patch.clean": { call throws(APIError) in
            try await call.api.patches.clean(call.arguments.ref(0))
            return .void
        },
        "pool_patch.pool_clean": { call throws(APIError) in
            try await call.api.patches.clean(call.arguments.ref(0))
            return .void
        },
        "pool_patch.destroy": { call throws(APIError) in
            try await call.api.patches.destroy(call.arguments.ref(0))
            return .void
        },
        "host_patch.apply": { _ throws(APIError) in throw APIError("MESSAGE_DEPRECATED") },
        "host_patch.destroy": { call throws(APIError) in
            let patch = call.arguments.ref(0)
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                _ = try transaction.snapshot.require("host_patch", patch)
                transaction.delete("host_patch", patch)
            }
            return .void
        },
    ]
}
