import Foundation
@testable import Storage
import TestSupport
import Testing

@Suite("A storage in a directory")
struct DirectoryTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }
    private var root: String { folder.path + "/state" }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("is closed to others, whatever was there before, and so is all that is written in it")
    func closed() async throws {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        chmod(root, 0o755)
        let file = root + "/users.json"
        try Data("{}".utf8).write(to: URL(filePath: file))
        chmod(file, 0o644)
        let storage = try DirectoryStorage(root)
        let name = try StorageName("users.json")
        let old = try await storage.documents.read(name)
        try await storage.documents.write([1], as: name, replacing: old?.revision)
        #expect(try mode(root) == 0o700)
        #expect(try mode(file) == 0o600)
    }

    @Test("a link in place of the directory or a file is refused, and so is a folder in place of a file")
    func links() async throws {
        let outside = folder.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: root, withDestinationPath: outside)
        #expect(throws: StorageError.foreign(path: root, reason: "it is a link or a file, not a folder")) {
            try DirectoryStorage(root)
        }
        unlink(root)
        let storage = try DirectoryStorage(root)
        let name = try StorageName("users.json")
        try FileManager.default.createSymbolicLink(atPath: root + "/users.json", withDestinationPath: "/etc/passwd")
        await #expect(throws: StorageError.foreign(path: root + "/users.json", reason: "it is a link")) {
            try await storage.documents.read(name)
        }
        unlink(root + "/users.json")
        try FileManager.default.createDirectory(atPath: root + "/users.json", withIntermediateDirectories: true)
        await #expect(throws: StorageError.foreign(path: root + "/users.json", reason: "it is no file")) {
            try await storage.documents.read(name)
        }
    }

    @Test(
        "a record that a crash tore is told once, and the log goes on after the last whole one",
        arguments: [1, 3, 4]
    )
    func torn(_ cut: Int) async throws {
        let storage = try DirectoryStorage(root)
        let name = try StorageName("run.journal")
        let log = try await storage.logs.log(name)
        let head = try await log.append(Array("one".utf8), after: log.read().head)
        _ = try await log.append(Array("two".utf8), after: head)
        #expect(truncate(root + "/run.journal", 8 - off_t(cut)) == 0)
        let read = try await storage.logs.log(name).read()
        #expect(read.records == [Array("one".utf8)])
        #expect(read.torn == (4 - cut))
        _ = try await log.append(Array("three".utf8), after: read.head)
        let again = try await log.read()
        #expect(again.records == [Array("one".utf8), Array("three".utf8)])
        #expect(again.torn == 0)
    }

    @Test("a document that is too large is refused, and loses nothing of what was there")
    func tooLarge() async throws {
        let storage = try DirectoryStorage(root)
        let name = try StorageName("users.json")
        let revision = try await storage.documents.write([1], as: name, replacing: nil)
        let large = [UInt8](repeating: 7, count: DirectoryDocuments.largest + 1)
        await #expect(throws: StorageError.tooLarge(name: "users.json", limit: DirectoryDocuments.largest)) {
            try await storage.documents.write(large, as: name, replacing: revision)
        }
        #expect(try await storage.documents.read(name)?.bytes == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasPrefix(".new") }.isEmpty)
    }

    @Test(
        "what was on its way in when a process died is gone at the next start, and a lock on a removed file holds nobody off"
    )
    func leftovers() async throws {
        let storage = try DirectoryStorage(root)
        try Data("half".utf8).write(to: URL(filePath: root + "/blobs/incoming/abc"))
        let lease = try #require(try await storage.leases.acquire(StorageName("leader"), holder: "a"))
        unlink(root + "/leader")
        #expect(await lease.renew() == false)
        let again = try await storage.leases.acquire(StorageName("leader"), holder: "b")
        #expect(again != nil)
        withExtendedLifetime(storage) {}
        let copy = folder.path + "/copy"
        try FileManager.default.copyItem(atPath: root, toPath: copy)
        _ = try DirectoryStorage(copy)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy + "/blobs/incoming").isEmpty)
    }
}
