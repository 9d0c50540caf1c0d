import Foundation
import Storage
import TestSupport
import Testing

/// What every storage keeps, whatever it is made of.
@Suite("A storage")
struct StorageContract {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func storage() throws -> any Storage { try DirectoryStorage(folder.path + "/state") }

    private func name(_ text: String) throws -> StorageName { try StorageName(text) }

    @Test("a document is read as it was written, and a change from an old revision is refused")
    func documents() async throws {
        let documents = try storage().documents
        let users = try name("users.json")
        #expect(try await documents.read(users) == nil)
        let first = try await documents.write([1, 2], as: users, replacing: nil)
        #expect(try await documents.read(users)?.bytes == [1, 2])
        let second = try await documents.write([3], as: users, replacing: first)
        for stale in [nil, first] {
            await #expect(throws: StorageError.conflict(name: "users.json")) {
                try await documents.write([9], as: users, replacing: stale)
            }
            #expect(try await documents.read(users)?.bytes == [3])
        }
        try await documents.remove(users, replacing: second)
        #expect(try await documents.read(users) == nil)
    }

    @Test("of a hundred changes at once, by several openings of one storage, none is lost and none comes back")
    func manyWriters() async throws {
        let openings = try (0..<4).map { _ in try storage() }
        let keys = try name("trust/keys.json")
        func document(_ index: Int) -> Document<Set<Int>> {
            Document(keys, in: openings[index % openings.count].documents, empty: Set(1000..<1050))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                group.addTask {
                    _ = try await document(index).change { value in
                        if index < 50 { value.remove(1000 + index) } else { value.insert(index) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await document(0).value() == Set(50..<100))
    }

    @Test(
        "names that could lead elsewhere are refused",
        arguments: ["", "/a", "a/", "../a", "a/../b", ".hidden", "a//b", "a\0b", "a b", "ä"]
    )
    func badNames(_ text: String) {
        #expect(throws: StorageError.badName(text)) { try StorageName(text) }
    }

    @Test("a blob lies under its digest, and one that was given up leaves nothing")
    func blobs() async throws {
        let blobs = try storage().blobs
        let writer = try await blobs.begin()
        try await writer.write(Array("ab".utf8))
        try await writer.write(Array("c".utf8))
        let digest = try await writer.finish()
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try await blobs.size(of: digest) == 3)
        #expect(try await blobs.read(digest, from: 1, count: 10) == Array("bc".utf8))
        #expect(try await blobs.read(digest, from: .max, count: 1).isEmpty)
        let other = try await blobs.begin()
        try await other.write([0])
        await other.cancel()
        #expect(try await blobs.all() == [digest])
        try await blobs.remove(digest)
        #expect(try await blobs.size(of: digest) == nil)
    }

    @Test(
        "only 64 hexadecimal digits name a blob",
        arguments: ["../../outside", String(repeating: "g", count: 64), "ab", ""]
    )
    func digests(_ text: String) {
        #expect(BlobDigest(hex: text) == nil)
    }

    @Test("a log takes each record once, after the head that its writer knows")
    func logs() async throws {
        let logs = try storage().logs
        let log = try await logs.log(try name("runs/1.journal"))
        let other = try await storage().logs.log(try name("runs/1.journal"))
        let start = try await log.read().head
        let head = try await log.append(Array("one".utf8), after: start)
        await #expect(throws: StorageError.conflict(name: "runs/1.journal")) {
            try await other.append(Array("two".utf8), after: start)
        }
        _ = try await other.append(Array("two".utf8), after: head)
        let read = try await log.read()
        #expect(read.records == [Array("one".utf8), Array("two".utf8)])
        #expect(read.torn == 0)
        await #expect(throws: StorageError.self) { try await log.append([0x0A], after: read.head) }
        #expect(try await logs.logs(below: name("runs")) == [name("runs/1.journal")])
    }

    @Test("a lease has one holder, whose epoch is above all before, and knows when it is lost")
    func leases() async throws {
        let pool = try name("leader")
        let first = try #require(try await storage().leases.acquire(pool, holder: "a"))
        #expect(try await storage().leases.acquire(pool, holder: "b") == nil)
        #expect(await first.renew())
        await first.release()
        #expect(await first.renew() == false)
        let second = try #require(try await storage().leases.acquire(pool, holder: "b on machine 2"))
        #expect(second.epoch > first.epoch)
        let known = try #require(try await storage().leases.holder(of: pool))
        #expect(known.holder == "b on machine 2")
        #expect(known.epoch == second.epoch)
    }
}
