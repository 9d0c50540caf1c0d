import PoolDatabase
import Testing
import XenAPI

@Suite("Changes")
struct ChangeTests {
    private let database: PoolDatabase
    private let host = Ref("OpaqueRef:h")
    private let patch = Ref("OpaqueRef:p")

    init() async throws {
        database = try PoolDatabase(path: nil)
        let (host, patch) = (host, patch)
        try await database.transaction { transaction throws(APIError) in
            transaction.create("host", host, ["uuid": .string("h")])
            transaction.create("pool_patch", patch, ["uuid": .string("p")])
        }
    }

    @Test("An object that others point at changes with them, on both sides")
    func backReferences() async throws {
        let before = database.snapshot.generation
        let (host, patch) = (host, patch)
        try await database.transaction { transaction throws(APIError) in
            transaction.create(
                "host_patch",
                Ref("OpaqueRef:hp"),
                ["uuid": .string("hp"), "host": .string(host.rawValue), "pool_patch": .string(patch.rawValue)]
            )
        }
        let changes = try #require(database.changes(after: before, in: database.snapshot))
        #expect(
            changes.map { "\($0.operation.rawValue) \($0.table)" } == ["add host_patch", "mod host", "mod pool_patch"]
        )
    }

    @Test("A deletion is a change, and what is made and deleted at once is none")
    func deletions() async throws {
        let before = database.snapshot.generation
        let patch = patch
        try await database.transaction { transaction throws(APIError) in
            transaction.create("SR", Ref("OpaqueRef:s"), [:])
            transaction.delete("SR", Ref("OpaqueRef:s"))
            transaction.delete("pool_patch", patch)
        }
        let changes = try #require(database.changes(after: before, in: database.snapshot))
        #expect(changes.map { "\($0.operation.rawValue) \($0.ref)" } == ["del OpaqueRef:p"])
    }

    @Test("What is long ago is forgotten, and said to be")
    func forgetting() async throws {
        let before = database.snapshot.generation
        let host = host
        for number in 0..<3 {
            try await database.transaction { transaction throws(APIError) in
                for index in 0..<5_000 {
                    transaction.create("VM", Ref("OpaqueRef:\(number)-\(index)"), [:])
                }
                try transaction.set("host", host, "hostname", .string("\(number)"))
            }
        }
        #expect(database.changes(after: before, in: database.snapshot) == nil)
        let last = try #require(database.changes(after: before + 2, in: database.snapshot))
        #expect(last.count == 5_001)
    }

    @Test("Waiting ends with a change of interest, not with another one")
    func waiting() async throws {
        let before = database.snapshot.generation
        let (host, patch) = (host, patch)
        async let seen = database.change(after: before, of: Interest(tables: [], objects: [host]))
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "size", .int(1))
        }
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("host", host, "hostname", .string("new"))
        }
        #expect(await seen.row("host", host)?.string("hostname") == "new")
    }

    @Test("A wait that is cancelled ends")
    func cancelling() async throws {
        let database = database
        let waiter = Task { await database.change(after: database.snapshot.generation).generation }
        waiter.cancel()
        #expect(await waiter.value == database.snapshot.generation)
    }
}
