import Foundation
import Testing

@testable import LibvirtHosts

@Suite("Folders of connections' sockets")
struct SocketFolderTests {
    /// A folder as another process would have left it behind.
    private func leftover(hasLock: Bool, age: TimeInterval = 0) throws -> String {
        let path = "/tmp/pitstop-sockets-test\(UUID().uuidString.prefix(8))"
        let attributes = [FileAttributeKey.posixPermissions: 0o700]
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: attributes
        )
        for name in ["h1.1"] + (hasLock ? ["lock"] : []) { try Data().write(to: URL(filePath: "\(path)/\(name)")) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)],
            ofItemAtPath: path
        )
        return path
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test("those of processes that are gone are removed by the next one, those of living ones are not")
    func sweep() throws {
        let living = try SocketFolder()
        let (dead, old) = (try leftover(hasLock: true), try leftover(hasLock: false, age: 3_600))
        let next = try SocketFolder()
        #expect(!exists(dead))
        #expect(!exists(old), "its process died before it had a lock")
        #expect(exists(living.path) && exists(next.path))
        living.remove()
        next.remove()
        #expect(!exists(living.path) && !exists(next.path))
    }

    @Test("one that has only just been made is left to its process, though it has no lock yet")
    func young() throws {
        let young = try leftover(hasLock: false)
        try SocketFolder().remove()
        #expect(exists(young))
        try FileManager.default.removeItem(atPath: young)
    }

    @Test("what only looks like one, a link to somewhere else, is not followed and not removed")
    func link() throws {
        let target = FileManager.default.temporaryDirectory.appending(path: "sockets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let link = "/tmp/pitstop-sockets-link\(UUID().uuidString.prefix(8))"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try SocketFolder().remove()
        #expect(exists(link) && exists(target))
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.removeItem(atPath: target)
    }

    @Test("of what a program says of its troubles 1 MiB is kept")
    func boundedErrors() async {
        let outcome = await Bounded.run(
            "sh",
            ["-c", "head -c 2000000 /dev/zero | tr '\\0' e >&2; echo done"],
            input: .text(""),
            within: .seconds(30)
        )
        #expect(outcome.status == 0 && outcome.output == "done\n")
        #expect(outcome.error.utf8.count == 1 << 20)
    }
}
