public import Datamodel
public import XenAPI

/// Every table of the database, and how references between them mirror each other.
public final class Schema: Sendable {
    /// The tables by name.
    public let tables: [String: TableSchema]

    /// A column that holds a reference, and the set that mirrors it on the other side.
    struct BackReference: Sendable {
        /// The table and field that hold the reference, such as `PBD` and `host`.
        let table: String
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
    public init(classes: some Sequence<ClassModel> = Datamodel.classes, relations: [Relation] = Datamodel.relations) {
        let tables = Dictionary(uniqueKeysWithValues: classes.map { ($0.name, TableSchema($0)) })
        var mirrored: [String: [BackReference]] = [:]
        var mirrors: [String: Set<String>] = [:]
        for relation in relations {
            for (near, far) in [(relation.left, relation.right), (relation.right, relation.left)] {
                guard let schema = tables[near.className], let position = schema.position(of: near.field),
                    case .ref = schema.fields[position].type
                else { continue }
                mirrored[near.className, default: []].append(
                    BackReference(
                        table: near.className, position: position, mirrorTable: far.className, mirrorField: far.field))
                mirrors[far.className, default: []].insert(far.field)
            }
        }
        self.tables = tables
        self.mirrored = mirrored
        self.mirrors = mirrors
    }

    /// Whether a field is worked out from references elsewhere, and can not be set.
    public func isMirror(_ table: String, _ field: String) -> Bool { mirrors[table]?.contains(field) ?? false }
}
