import Foundation
import TestSupport
import Testing

/// A state that is saved and comes back.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct StateBackupTests {
    private func state(_ words: String...) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["state"] + words)
    }

    @Test("A backup that is restored elsewhere serves the same pool, with its hosts, users and trust")
    func wayBack() async throws {
        let directory = try TemporaryDirectory()
        let (state, backup) = (directory.file("state"), directory.file("backup.tar"))
        let server = try await ServerProcess(state: state, hosts: 2)
        let hosts = try await server.xe("host-list", "--minimal").output
        #expect(await server.terminate() == 0)
        let pin = String(repeating: "a", count: 64)
        #expect(try await Tools.run(Products.pitstop, ["trust", "pin", pin, "--state", state]).code == 0)

        let saved = try await self.state("backup", backup, "--state", state)
        #expect(saved.code == 0 && saved.error.isEmpty, "\(saved.error)")
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = try await self.state("backup", backup, "--state", state)
        #expect(again.code == 1 && again.error.contains("is there already"))

        let restored = directory.file("restored")
        let back = try await self.state("restore", backup, "--state", restored)
        #expect(back.code == 0, "\(back.error)")
        let other = try await ServerProcess(state: restored, hosts: 2)
        #expect(try await other.xe("host-list", "--minimal").output == hosts)
        #expect(await other.terminate() == 0)
        #expect(try await Tools.run(Products.pitstop, ["trust", "list", "--state", restored]).output.contains(pin))
        let check = try await self.state("check", "--state", restored)
        #expect(check.code == 0, "\(check.output)")
        let refused = try await self.state("restore", backup, "--state", restored)
        #expect(refused.code == 1 && refused.error.contains("holds something"), "nothing is overwritten")
    }

    @Test("A server may go on serving meanwhile, and then the trees of its hosts are said to be left out")
    func whileServing() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let backup = directory.file("backup.tar")
        let saved = try await state("backup", backup, "--state", server.state)
        #expect(
            saved.code == 0 && saved.error.contains("The trees of the embedded hosts are not in it"),
            "\(saved.error)"
        )
        let restored = directory.file("restored")
        #expect(try await state("restore", backup, "--state", restored).code == 0)
        #expect(try await state("check", "--state", restored).code == 0)
        #expect(try await server.xe("host-list", "--minimal").code == 0)
        #expect(await server.terminate() == 0)
    }

    @Test(
        "A backup that was changed, cut off, or is something else is refused, and leaves nothing behind",
        arguments: ["changed", "cut", "other"]
    )
    func damaged(_ damage: String) async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let backup = directory.file("backup.tar")
        #expect(try await state("backup", backup, "--state", server.state).code == 0)
        #expect(await server.terminate() == 0)
        var bytes = try Data(contentsOf: URL(filePath: backup))
        switch damage {
        case "changed":
            let users = try #require(bytes.range(of: Data("\"root\"".utf8)))
            bytes.replaceSubrange(users, with: Data("\"toor\"".utf8))
        case "cut": bytes = bytes.prefix(bytes.count / 2)
        default: bytes = Data("This is no archive.".utf8)
        }
        try bytes.write(to: URL(filePath: backup))
        let folder = directory.file("place")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let refused = try await state("restore", backup, "--state", folder + "/restored")
        #expect(
            refused.code == 1
                && refused.error.contains(damage == "changed" ? "is not what was saved" : "tar could not"),
            "\(refused.error)"
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test("A check names each thing that is damaged, changes nothing, and ends with 1")
    func check() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        let server = try await ServerProcess(state: state, hosts: 1)
        #expect(await server.terminate() == 0)
        #expect(try await self.state("check", "--state", state).code == 0)
        try Data("[".utf8).write(to: URL(filePath: state + "/users.json"))
        try Data("nonsense\n".utf8).write(
            to: URL(filePath: state + "/runs/11111111-2222-4333-8444-555555555555.journal")
        )
        let found = try await self.state("check", "--state", state)
        #expect(found.code == 1)
        #expect(found.output.contains("database pool.sqlite: good"), "\(found.output)")
        #expect(found.output.contains("users users.json: The file \(state)/users.json of those who"), "\(found.output)")
        #expect(!found.output.contains(".journal: good"), "\(found.output)")
        let json = try await self.state("check", "--json", "--state", state)
        let listed = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: String]]
        #expect(listed?.first { $0["what"] == "users users.json" }?["problem"]?.contains("can not be read") == true)
        #expect(try String(contentsOfFile: state + "/users.json", encoding: .utf8) == "[")
    }
}
