import Datamodel
public import PoolDatabase
import XenAPI

/// What a recorded pool must not show.
public enum Secrets {
    /// Parts of the names of settings that hold passwords and keys: of storage, of load balancing, of the pool itself.
    private static let names = ["password", "passwd", "secret", "token", "private", "chapuser"]

    /// Whether the value under a key is nobody's business.
    static func isOne(_ key: String) -> Bool {
        let key = key.lowercased()
        return names.contains { key.contains($0) }
    }

    /// Empties all settings that are secrets, wherever they stand. The names of the settings stay.
    public static func blank(in database: PoolDatabase) async throws {
        try await database.transaction { transaction throws(APIError) in
            let snapshot = transaction.snapshot
            for table in snapshot.schema.tables.keys.sorted() {
                for row in snapshot.rows(table) {
                    for (field, value) in zip(row.schema.fields, row.values) {
                        guard let members = value.members, members.contains(where: { isOne($0.key) }) else { continue }
                        let blanked = members.map { isOne($0.key) ? Value.Member($0.key, .string("")) : $0 }
                        try transaction.set(table, row.ref, field.name, .map(blanked))
                    }
                }
            }
        }
    }
}
