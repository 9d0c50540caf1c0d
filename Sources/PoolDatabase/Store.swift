import Datamodel
import Foundation
import GRDB
import XenAPI

/// Why the database file could not be opened.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another server has it open.
    case inUse(path: String)
    /// SQLite could not open or read it.
    case unreadable(path: String, reason: String)

    /// One sentence for the operator.
    public var description: String {
        switch self {
        case .inUse(let path):
            "Another Pitstop server is using \(path): stop it first, or give this one another --state directory."
        case .unreadable(let path, let reason):
            "The pool's database \(path) can not be read (\(reason)): nothing was changed; restore it from a backup."
        }
    }
}

/// The database file: one SQLite row for each object, its columns as database dumps write them.
struct Store: Sendable {
    private let queue: DatabaseQueue

    init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.label = "pool-database"
        configuration.prepareDatabase { database in
            // A commit survives a power cut, not only a crash.
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrator.migrate(queue)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("rows") { database in
            try database.create(table: "object") { table in
                table.column("class", .text).notNull()
                table.column("ref", .text).notNull()
                table.column("created", .integer).notNull()
                table.column("modified", .integer).notNull()
                table.column("columns", .blob).notNull()
                table.primaryKey(["class", "ref"])
            }
            try database.create(table: "meta") { table in
                table.primaryKey("key", .text)
                table.column("value", .text).notNull()
            }
        }
        return migrator
    }

    func append(_ transaction: Transaction) throws {
        let snapshot = transaction.snapshot
        let keys = transaction.touched.filter { snapshot.schema.tables[$0.table]?.model.isPersisted ?? false }
        guard !keys.isEmpty else { return }
        try queue.write { database in
            let upsert = try database.cachedStatement(
                // An update keeps the rowid, and with it the order in which objects were made.
                sql: """
                    INSERT INTO object (class, ref, created, modified, columns) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (class, ref) DO UPDATE
                    SET created = excluded.created, modified = excluded.modified, columns = excluded.columns
                    """
            )
            let delete = try database.cachedStatement(sql: "DELETE FROM object WHERE class = ? AND ref = ?")
            for key in keys {
                if let row = snapshot.tables[key.table]?.rows[key.ref] {
                    let columns = try Self.encode(row, snapshot.schema)
                    try upsert.execute(
                        arguments: [key.table, key.ref.rawValue, row.created, row.modified, columns])
                } else {
                    try delete.execute(arguments: [key.table, key.ref.rawValue])
                }
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('generation', ?)",
                arguments: [String(snapshot.generation)]
            )
        }
    }

    func load(_ schema: Schema) throws(StoreError) -> Snapshot {
        do {
            return try queue.read { database in
                var transaction = Transaction(Snapshot(schema: schema))
                let rows = try GRDB.Row.fetchCursor(database, sql: "SELECT * FROM object ORDER BY rowid")
                while let stored = try rows.next() {
                    guard let table = schema.tables[stored["class"]] else { continue }
                    transaction.insert(try Self.decode(stored, table))
                }
                var snapshot = transaction.snapshot
                let generation = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'generation'")
                snapshot.generation = generation.flatMap { Int64($0) } ?? 0
                return snapshot
            }
        } catch {
            throw .unreadable(path: queue.path, reason: "\(error)")
        }
    }

    private static func encode(_ row: Row, _ schema: Schema) throws -> Data {
        var columns = row.unknownColumns
        for (field, value) in zip(row.schema.fields, row.values) where !schema.isMirror(row.schema.name, field.name) {
            columns[field.column] = ColumnText.encode(value)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(columns)
    }

    private static func decode(_ stored: GRDB.Row, _ table: TableSchema) throws -> Row {
        var row = Row(
            schema: table,
            ref: Ref(stored["ref"]),
            created: stored["created"],
            modified: stored["modified"],
            values: table.defaults
        )
        for (column, text) in try JSONDecoder().decode([String: String].self, from: stored["columns"]) {
            if let position = table.position(ofColumn: column) {
                row.values[position] = try ColumnText.decode(text, as: table.fields[position].type.shape)
            } else {
                row.unknownColumns[column] = text
            }
        }
        return row
    }
}
