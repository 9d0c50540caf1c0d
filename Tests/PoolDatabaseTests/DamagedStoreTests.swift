import Foundation
import GRDB
import PoolDatabase
import Testing
import XenAPI

/// What a start does with a database file that is not as it was written.
@Suite struct DamagedStoreTests {
    private let folder: Folder
    private var path: String { folder.path + "/pool.sqlite" }
    private let vm = Ref("OpaqueRef:vm")

    init() async throws {
        folder = try Folder()
        let vm = vm
        try await PoolDatabase(path: folder.path + "/pool.sqlite").transaction { transaction throws(APIError) in
            transaction.create("pool", Ref("OpaqueRef:pool"), ["uuid": .string("pool")])
            transaction.create("VM", vm, ["uuid": .string("vm"), "name_label": .string("web-1")])
            transaction.create("SR", Ref("OpaqueRef:sr"), ["uuid": .string("sr")])
        }
    }

    private func edit(_ sql: String) throws { try DatabaseQueue(path: path).write { try $0.execute(sql: sql) } }

    @Test("One object that can not be read is left out with a sentence, kept in the file, and the rest is served")
    func oneBadRow() async throws {
        for damage in [
            "columns = '(('", "columns = X'00FF'", "created = 'often'", "columns = '((memory_static_max x))'",
        ] {
            try edit("UPDATE object SET \(damage) WHERE class = 'VM'")
            let database = try PoolDatabase(path: path)
            #expect(database.snapshot.row("VM", vm) == nil)
            #expect(database.snapshot.rows("SR").count == 1)
            #expect(database.unreadable.map(\.ref) == ["OpaqueRef:vm"])
            #expect(database.unreadable.first?.description.contains("can not be read") == true)
            try await database.transaction { transaction throws(APIError) in
                try transaction.set("SR", Ref("OpaqueRef:sr"), "name_label", .string("changed"))
            }
        }
        let left = try await DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM object") }
        #expect(left == 3)
    }

    @Test("A pool whose own row can not be read is no pool, and none is made in its place")
    func badPool() throws {
        try edit("UPDATE object SET columns = '((' WHERE class = 'pool'")
        let error = #expect(throws: StoreError.self) { try PoolDatabase(path: path) }
        guard case .damaged = error else { throw Unexpected() }
    }

    @Test("A file with flipped bytes is refused with its path and what to do")
    func flippedBytes() throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        for offset in stride(from: 100, to: bytes.count, by: 4096) { bytes[offset] ^= 0xFF }
        try bytes.write(to: URL(filePath: path))
        let error = #expect(throws: StoreError.self) { try PoolDatabase(path: path) }
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("restore it from a backup") == true)
    }

    @Test("A database that a newer Pitstop wrote is refused")
    func newer() throws {
        try edit("INSERT INTO grdb_migrations (identifier) VALUES ('rows of the future')")
        #expect(throws: StoreError.newer(path: path)) { try PoolDatabase(path: path) }
    }

    @Test("A file that may not be used is not said to be broken")
    func disk() throws {
        let error = #expect(throws: StoreError.self) { try PoolDatabase(path: folder.path + "/missing/pool.sqlite") }
        guard case .disk = error else { throw Unexpected() }
        #expect(error?.description.contains("nothing to restore") == true)
    }

    @Test("The file and those beside it are for their owner only")
    func modes() async throws {
        let database = try PoolDatabase(path: path)
        try await database.transaction { transaction throws(APIError) in
            transaction.create("SR", Ref("OpaqueRef:more"), [:])
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    private struct Unexpected: Error {}
}

/// What is written is read again.
@Suite struct StorableTests {
    @Test("A value that could not be read again is refused, and nothing of the transaction is kept")
    func unreadableValues() async throws {
        let folder = try Folder()
        let path = folder.path + "/pool.sqlite"
        let pool = Ref("OpaqueRef:pool")
        let values: [(table: String, field: String, value: Value)] = [
            ("pool", "name_label", .string("a\0b")), ("pool", "tags", .strings(["a\0b"])),
            ("pool", "other_config", .pairs(["a\0b": "c"])), ("pool", "ha_enabled", .string("perhaps")),
        ]
        do {
            let database = try PoolDatabase(path: path)
            try await database.transaction { transaction throws(APIError) in
                transaction.create("pool", pool, ["uuid": .string("pool")])
                transaction.create("host_metrics", pool, ["uuid": .string("metrics")])
            }
            // Every second that can be said is read again, however far away.
            for seconds in [Int64.min, -70_000_000_000, .max / 1024, .max] {
                try await database.transaction { transaction throws(APIError) in
                    try transaction.set("host_metrics", pool, "last_updated", .date(Timestamp(seconds: seconds)))
                }
            }
            for (table, field, value) in values {
                let error = await #expect(throws: APIError.self, "\(field)") {
                    try await database.transaction { transaction throws(APIError) in
                        try transaction.set(table, pool, field, value)
                    }
                }
                #expect(error?.code == "VALUE_NOT_SUPPORTED")
            }
        }
        let database = try PoolDatabase(path: path)
        #expect(database.unreadable.isEmpty)
        #expect(database.snapshot.rows("pool").count == 1)
        #expect(database.snapshot.row("host_metrics", pool)?.date("last_updated") == Timestamp(seconds: .max))
    }
}
