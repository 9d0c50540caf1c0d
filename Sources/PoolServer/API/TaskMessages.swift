import PoolDatabase
import XenAPI

extension Messages {
    /// Messages on tasks.
    static let tasks: [String: API.Handler] = [
        "task.create": { call throws(APIError) in
            let task = await call.api.tasks.create(
                call.arguments.string(0),
                call.arguments.string(1),
                owner: call.session
            )
            return .string(task.rawValue)
        },
        "task.destroy": { call throws(APIError) in
            _ = try call.snapshot.require("task", call.arguments.ref(0))
            await call.api.tasks.destroy(call.arguments.ref(0))
            return .void
        },
        "task.cancel": { call throws(APIError) in
            try await call.api.tasks.cancel(call.arguments.ref(0))
            return .void
        },
    ]
}
