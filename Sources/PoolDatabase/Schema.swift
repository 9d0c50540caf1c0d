public import Datamodel
import XenAPI

/// Every table of the database, and how references between them mirror each other.
public final class Schema: Sendable {
    /// The tables by name.
    public let tables: [String: TableSchema]

    /// A column that holds a reference, and the set that mirrors it on the other side.
    struct BackReference: Sendable {
        /// Where the row keeps the reference (or the set of them), such as `PBD.host`.
        let position: Int
        /// The table and field that mirror it, such as `host` and `PBDs`.
        let mirrorTable: String
        let mirrorField: String
    }

    /// Mirrored columns by the table that holds the reference.
    let mirrored: [String: [BackReference]]
    /// For each table, the fields that are worked out from references elsewhere.
    let mirrors: [String: Set<String>]

    /// Lays out the tables of a datamodel.
    public init(classes: [ClassModel] = Datamodel.offered, relations: [Relation] = Datamodel.relations) {
        let tables = Dictionary(uniqueKeysWithValues: classes.map { ($0.name, TableSchema($0)) })
        var mirrored: [String: [BackReference]] = [:]
        var mirrors: [String: Set<String>] = [:]
        // Where a field mirrors itself (`role.subroles`) there is nothing to work out.
        for relation in relations where relation.forward != relation.back {
            let (forward, back) = (relation.forward, relation.back)
            guard let position = tables[forward.className]?.position(of: forward.fieldName) else { continue }
            mirrored[forward.className, default: []].append(
                BackReference(position: position, mirrorTable: back.className, mirrorField: back.fieldName)
            )
            mirrors[back.className, default: []].insert(back.fieldName)
        }
        self.tables = tables
        self.mirrored = mirrored
        self.mirrors = mirrors
    }

    /// Whether a field is worked out from references elsewhere, and can not be set.
    public func isMirror(_ table: String, _ field: String) -> Bool { mirrors[table]?.contains(field) ?? false }
}
