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

    /// More notices than this are not kept.
    private static let mostNotices = 10_000

    private static let notices: [String: API.Handler] = [
        "message.create": { call throws(APIError) in
            let (ref, uuid, now) = (call.api.pool.makeRef(), call.api.pool.makeUUID(), call.api.pool.now())
            let arguments = call.arguments
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                transaction.create(
                    "message",
                    ref,
                    [
                        "uuid": .string(uuid), "name": arguments[0], "priority": arguments[1], "cls": arguments[2],
                        "obj_uuid": arguments[3], "timestamp": .date(now), "body": arguments[4],
                    ]
                )
                let all = transaction.snapshot.refs("message")
                for old in all.prefix(max(0, all.count - mostNotices)) { transaction.delete("message", old) }
            }
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
