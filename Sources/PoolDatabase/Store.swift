import Datamodel
import GRDB
import XenAPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database file: one SQLite row for each object, its columns as database dumps write them.
struct Store: Sendable {
    private let queue: DatabaseQueue

    /// Opens the file, or makes it, for its owner only.
    init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.label = "pool-database"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            // A commit survives a power cut, not only a crash.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        try Self.make(path)
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            if try queue.read(Self.migrator.hasBeenSuperseded) { throw StoreError.newer(path: path) }
            try Self.assertIntact(queue, path)
            try Self.migrator.migrate(queue)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(path: path, error)
        }
    }

    /// - Throws: ``StoreError/damaged(path:reason:)`` with what SQLite finds.
    static func assertIntact(_ queue: DatabaseQueue, _ path: String) throws {
        let findings = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(1)") }
        guard findings == ["ok"] else { throw StoreError.damaged(path: path, reason: findings.joined(separator: "; ")) }
    }

    /// SQLite gives the files beside it the mode that this one has.
    private static func make(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .disk(path: path, reason: String(cString: strerror(errno)))
        }
        close(descriptor)
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

    /// Writes objects as they are now: all of them, or none.
    func write(_ rows: [StoredRow], generation: Int64) throws {
        guard !rows.isEmpty else { return }
        try queue.write { database in
            for row in rows { try Self.write(row, to: database) }
            try Self.setMeta("generation", String(generation), in: database)
        }
    }

    /// Puts a loaded pool in place of whatever is there.
    func replaceAll(with snapshot: Snapshot) throws {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM object")
            for table in snapshot.schema.tables.keys.sorted() {
                let keys = snapshot.refs(table).map { Transaction.Key(table: table, ref: $0) }
                for row in try snapshot.stored(keys) { try Self.write(row, to: database) }
            }
            try Self.setMeta("generation", String(snapshot.generation), in: database)
            try Self.setMeta(
                "remainder",
                String(decoding: snapshot.remainder.encoded, as: UTF8.self),
                in: database
            )
        }
    }

    /// Reads the pool, without the objects that can not be read.
    func load(_ schema: Schema) throws(StoreError) -> (Snapshot, [UnreadableObject]) {
        do {
            return try queue.read { database in
                var snapshot = Snapshot(schema: schema)
                var unreadable: [UnreadableObject] = []
                // By rowid: in the order in which they were made.
                let rows = try GRDB.Row.fetchCursor(database, sql: "SELECT * FROM object ORDER BY rowid")
                while let stored = try rows.next() {
                    let reading = StoredReading(stored)
                    guard let table = schema.tables[reading.table] else { continue }
                    do throws(StoredReading.Fault) {
                        snapshot.load(try reading.row(table))
                    } catch {
                        unreadable.append(
                            UnreadableObject(table: table.name, ref: reading.ref ?? "", reason: error.reason)
                        )
                    }
                }
                snapshot.generation = try Self.meta("generation", in: database).flatMap { Int64($0) } ?? 0
                if let remainder = try Self.meta("remainder", in: database) {
                    snapshot.remainder = try DumpRemainder(Array(remainder.utf8))
                }
                return (snapshot, unreadable)
            }
        } catch {
            throw StoreError(path: queue.path, error)
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

    private static func write(_ stored: StoredRow, to database: Database) throws {
        guard let row = stored.row else {
            let delete = try database.cachedStatement(sql: "DELETE FROM object WHERE class = ? AND ref = ?")
            try delete.execute(arguments: [stored.table, stored.ref.rawValue])
            return
        }
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO object (class, ref, created, modified, columns) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (class, ref) DO UPDATE
                SET created = excluded.created, modified = excluded.modified, columns = excluded.columns
                """
        )
        try statement.execute(
            arguments: [stored.table, stored.ref.rawValue, row.created, row.modified, stored.columns])
    }
}
