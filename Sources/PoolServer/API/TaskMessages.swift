import PoolDatabase
import XenAPI

extension Messages {
    /// Messages on tasks.
    static let tasks: [String: API.Handler] = [
        "task.create": { call throws(APIError) in
            for (index, name) in ["label", "description"].enumerated() {
                try AcceptedValues.check(call.arguments[index], for: name, longest: AcceptedValues.longestNote)
            }
            let task = try await call.api.tasks.createForClient(
                call.arguments.string(0),
                call.arguments.string(1),
                owner: call.session
            )
            return .string(task.rawValue)
        },
        "task.destroy": { call throws(APIError) in
            _ = try call.snapshot.require("task", call.arguments.ref(0))
            try call.api.tasks.assertMayTouch(call.arguments.ref(0), call.session, "task.destroy")
            await call.api.tasks.destroy(call.arguments.ref(0))
            return .void
        },
        "task.cancel": { call throws(APIError) in
            _ = try call.snapshot.require("task", call.arguments.ref(0))
            try call.api.tasks.assertMayTouch(call.arguments.ref(0), call.session, "task.cancel")
            try await call.api.tasks.cancel(call.arguments.ref(0))
            return .void
        },
    ]
}
