import PoolDatabase
public import XenAPI

extension Pool {
    /// More notices than this are not kept.
    private static let mostNotices = 10_000

    /// Leaves the operator a notice about the pool, as its clients show them (`xe message-list`) and the console does.
    ///
    /// - Parameters:
    ///   - name: its kind, such as `UNREADABLE_OBJECT`.
    ///   - text: what happened and what to do, in sentences.
    public func notice(_ name: String, _ text: String) async throws(APIError) {
        let pool = try database.snapshot.pool().uuid
        _ = try await notice([
            "name": .string(name), "priority": .int(5), "cls": .string("Pool"), "obj_uuid": .string(pool),
            "body": .string(text),
        ])
    }

    /// Keeps a notice; where there are very many the oldest goes.
    ///
    /// - Parameter fields: all but its uuid and time.
    /// - Returns: the `message`.
    public func notice(_ fields: [String: Value]) async throws(APIError) -> Ref {
        let ref = makeRef()
        let own: [String: Value] = ["uuid": .string(makeUUID()), "timestamp": .date(now())]
        try await database.transaction { transaction throws(APIError) in
            transaction.create("message", ref, fields.merging(own) { $1 })
            let all = transaction.snapshot.refs("message")
            for old in all.prefix(max(0, all.count - Self.mostNotices)) { transaction.delete("message", old) }
        }
        return ref
    }
}
