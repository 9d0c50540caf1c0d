import Foundation
import LibvirtHosts
import TestSupport
import Testing

/// `pitstop pool init`, asked as people ask it: by a terminal's lines.
@Suite struct PoolInitTests {
    private func answer(_ lines: [String], _ file: String) async throws -> Tools.Result {
        let words = lines.map { $0 + "\n" }.joined()
        // The shell only carries the answers to standard input.
        return try await Tools.run(
            "sh",
            ["-c", #"printf '%s' "$1" | "$2" pool init "$3""#, "sh", words, Products.pitstop, file]
        )
    }

    @Test func answersBecomeAFileThatIsRead() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("pool.yaml")
        let answers = ["It's ours", "h1", "192.0.2.1", "h2", "", "", "admin", "", "/srv/images"]
        let result = try await answer(answers, file)
        #expect(result.code == 0, "\(result.error)")
        #expect(result.output == "\(file) is written. Next: pitstop pool check \(file)\n")
        let pool = try PoolFile.read(file: file)
        #expect(pool.name == "It's ours")
        #expect(pool.hosts.map(\.name) == ["h1", "h2"])
        #expect(pool.hosts.map(\.ssh) == ["admin@192.0.2.1", "admin@h2"])
        #expect(pool.hosts.map(\.libvirt) == ["qemu:///system", "qemu:///system"])
        #expect(pool.storage.map(\.path) == ["/srv/images"])
        #expect(pool.ssh.sudo, "an account that is not root's needs sudo")

        let again = try await answer(answers, file)
        #expect(again.code == 1)
        #expect(again.error.contains("exists already"))
    }

    @Test func onlyReturnMakesNoPool() async throws {
        let directory = try TemporaryDirectory()
        let result = try await answer(["", ""], directory.file("pool.yaml"))
        #expect(result.code == 1)
        #expect(result.error.contains("A pool needs at least one host; nothing was written."))
        #expect(!FileManager.default.fileExists(atPath: directory.file("pool.yaml")))
    }

    @Test func anAnswerThatMakesNoSenseIsToldAndNothingIsWritten() async throws {
        let directory = try TemporaryDirectory()
        let result = try await answer(["P", "h1", "192.0.2.1; reboot", "", "", "", ""], directory.file("pool.yaml"))
        #expect(result.code == 1)
        #expect(result.error.contains("address holds a character that has no place there"), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: directory.file("pool.yaml")))
    }
}
