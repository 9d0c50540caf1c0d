import PoolDatabase
import PoolOperations
import XenAPI

extension Messages {
    /// Messages on the pool and on its notices.
    static let pool = poolMessages.merging(notices) { $1 }

    private static let poolMessages: [String: API.Handler] = [
        // Every change is on disk before it is acknowledged, and there is one database: it is in step always.
        "pool.sync_database": { _ throws(APIError) in .void },
        "pool.is_slave": { call throws(APIError) in
            _ = try call.snapshot.require("host", call.arguments.ref(0))
            return .bool(false)
        },
        "pool.recover_slaves": { _ throws(APIError) in .strings([]) },
        "pool.enable_ha": { call throws(APIError) in
            let storages = call.arguments.strings(0)
            try await call.api.pool.enableHA(on: storages.map { Ref($0) })
            return .void
        },
        "pool.disable_ha": { call throws(APIError) in
            try await call.api.pool.disableHA()
            return .void
        },
        "pool.set_ha_host_failures_to_tolerate": { call throws(APIError) in
            let (pool, value) = (call.arguments.ref(0), call.arguments.int(1))
            guard value >= 0 else {
                throw APIError(
                    "VALUE_NOT_SUPPORTED",
                    ["ha_host_failures_to_tolerate", String(value), "it is 0 or more"]
                )
            }
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                try transaction.set("pool", pool, "ha_host_failures_to_tolerate", .int(value))
            }
            return .void
        },
    ]

    private static let notices: [String: API.Handler] = [
        "message.create": { call throws(APIError) in
            let names = ["name", "priority", "cls", "obj_uuid", "body"]
            // Thousands of them are kept in memory.
            for (index, name) in names.enumerated() {
                try AcceptedValues.check(call.arguments[index], for: name, longest: AcceptedValues.longestNote)
            }
            let fields = names.enumerated().map { ($1, call.arguments[$0]) }
            let ref = try await call.api.pool.notice(Dictionary(uniqueKeysWithValues: fields))
            return .string(ref.rawValue)
        },
        "message.destroy": { call throws(APIError) in
            let ref = call.arguments.ref(0)
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                _ = try transaction.snapshot.require("message", ref)
                transaction.delete("message", ref)
            }
            return .void
        },
        "message.get": { call throws(APIError) in
            let (cls, uuid) = (call.arguments.string(0), call.arguments.string(1))
            return call.notices(since: call.arguments[2]) { $0.string("cls") == cls && $0.string("obj_uuid") == uuid }
        },
        "message.get_since": { call throws(APIError) in call.notices(since: call.arguments[0]) { _ in true } },
    ]
}

extension API.Call {
    fileprivate func notices(since time: Value, _ test: (Row) -> Bool) -> Value {
        let since = if case .date(let date) = time { date } else { Timestamp.never }
        let rows = snapshot.rows("message").filter { $0.date("timestamp") >= since && test($0) }
        return .map(rows.map { Value.Member($0.ref.rawValue, GenericMessages.record($0)) })
    }
}
