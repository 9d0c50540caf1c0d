import Datamodel
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
                table.column("columns", .text).notNull()
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
        let keys = transaction.touched.filter { key in
            snapshot.schema.tables[key.table]?.model.isPersisted ?? false
                && snapshot.tables[key.table]?.rows[key.ref]?.isTransient != true
        }
        guard !keys.isEmpty else { return }
        try queue.write { database in
            let delete = try database.cachedStatement(sql: "DELETE FROM object WHERE class = ? AND ref = ?")
            for key in keys {
                if let row = snapshot.tables[key.table]?.rows[key.ref] {
                    try Self.write(row, snapshot.schema, to: database)
                } else {
                    try delete.execute(arguments: [key.table, key.ref.rawValue])
                }
            }
            try Self.setMeta("generation", String(snapshot.generation), in: database)
        }
    }

    /// Puts a loaded pool in place of whatever is there.
    func replaceAll(with snapshot: Snapshot) throws {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM object")
            for table in snapshot.schema.tables.keys.sorted() {
                for row in snapshot.rows(table) { try Self.write(row, snapshot.schema, to: database) }
            }
            try Self.setMeta("generation", String(snapshot.generation), in: database)
            try Self.setMeta(
                "remainder",
                String(decoding: snapshot.remainder.encoded, as: UTF8.self),
                in: database
            )
        }
    }

    func load(_ schema: Schema) throws(StoreError) -> Snapshot {
        do {
            return try queue.read { database in
                var snapshot = Snapshot(schema: schema)
                // By rowid: in the order in which they were made.
                let rows = try GRDB.Row.fetchCursor(database, sql: "SELECT * FROM object ORDER BY rowid")
                while let stored = try rows.next() {
                    guard let table = schema.tables[stored["class"]] else { continue }
                    snapshot.load(try Self.decode(stored, table))
                }
                snapshot.generation = try Self.meta("generation", in: database).flatMap { Int64($0) } ?? 0
                if let remainder = try Self.meta("remainder", in: database) {
                    snapshot.remainder = try DumpRemainder(Array(remainder.utf8))
                }
                return snapshot
            }
        } catch {
            throw .unreadable(path: queue.path, reason: "\(error)")
        }
    }

    private static func meta(_ key: String, in database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
    }

    private static func setMeta(_ key: String, _ value: String, in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            arguments: [key, value]
        )
    }

    private static func write(_ row: Row, _ schema: Schema, to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO object (class, ref, created, modified, columns) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (class, ref) DO UPDATE
                SET created = excluded.created, modified = excluded.modified, columns = excluded.columns
                """
        )
        try statement.execute(
            arguments: [row.schema.name, row.ref.rawValue, row.created, row.modified, encode(row, schema)])
    }

    /// All columns as one map in column text.
    private static func encode(_ row: Row, _ schema: Schema) -> String {
        var columns: [Value.Member] = []
        for (field, value) in zip(row.schema.fields, row.values) where !schema.isMirror(row.schema.name, field.name) {
            columns.append(.init(field.column, .string(ColumnText.encode(value))))
        }
        for (column, text) in row.unknownColumns.sorted(by: { $0.key < $1.key }) {
            columns.append(.init(column, .string(text)))
        }
        return ColumnText.encode(.map(columns))
    }

    private static func decode(_ stored: GRDB.Row, _ table: TableSchema) throws -> Row {
        var row = Row(
            schema: table,
            ref: Ref(stored["ref"]),
            created: stored["created"],
            modified: stored["modified"],
            values: table.defaults
        )
        let columns = try ColumnText.decode(stored["columns"], as: .map(.string)).members ?? []
        for column in columns {
            let text = column.value.text ?? ""
            if let position = table.position(ofColumn: column.key) {
                row.values[position] = try ColumnText.decode(text, as: table.fields[position].type.shape)
            } else {
                row.unknownColumns[column.key] = text
            }
        }
        return row
    }
}
