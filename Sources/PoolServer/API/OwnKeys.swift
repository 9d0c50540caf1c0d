import PoolDatabase
import PoolOperations
import XenAPI

/// Keys of maps that clients may write to, and that hold what the server itself has found out: no client changes those.
///
/// Clients write whole maps back that they have read. So a map that has such a key as it is, or lacks it, is taken, and the key
/// stays.
enum OwnKeys {
    /// A map as it may be kept.
    ///
    /// - Throws: `OPERATION_NOT_ALLOWED` where it has a key of the server's with another value.
    static func keeping(_ value: Value, for field: String, of row: Row) throws(APIError) -> Value {
        let own = keys(of: row, field)
        guard !own.isEmpty, let members = value.members else { return value }
        let kept = (row[field].members ?? []).filter { own.contains($0.key) }
        for member in members where own.contains(member.key) && !kept.contains(member) {
            throw refusal(row, field, member.key)
        }
        return .map(members.filter { !own.contains($0.key) } + kept)
    }

    /// - Throws: `OPERATION_NOT_ALLOWED` for a key of the server's that is there.
    static func assertMayRemove(_ key: String, from field: String, of row: Row) throws(APIError) {
        guard keys(of: row, field).contains(key), row[field][key] != nil else { return }
        throw refusal(row, field, key)
    }

    private static func keys(of row: Row, _ field: String) -> Set<String> {
        row.schema.name == "host" && field == "other_config" ? hostKeys : []
    }

    private static let hostKeys = Set(HostNote.facts.map(\.rawValue))

    private static func refusal(_ row: Row, _ field: String, _ key: String) -> APIError {
        APIError(
            "OPERATION_NOT_ALLOWED",
            [
                "\(key) in \(field) of \(row.schema.name) \(row.nameLabel) is what the host itself says: nobody else sets it, "
                    + "or takes it away."
            ]
        )
    }
}
