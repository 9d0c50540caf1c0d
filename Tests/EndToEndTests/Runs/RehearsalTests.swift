import Foundation
import TestSupport
import Testing

/// `pitstop rehearse` as the user types it.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RehearsalTests {
    private func rehearse(_ words: String...) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["rehearse"] + words)
    }

    @Test("A real package is rehearsed on an embedded pool: what it promises is what every host comes to have")
    func realPackage() async throws {
        let hotfix = try await ReplicaHotfix()
        let told = try await rehearse("--pool", "embedded:4", "--update", hotfix.package)
        #expect(told.code == 0, "\(told.error)")
        #expect(told.output.contains("Update    XS602ECC031 (d75705d9-64a8-46a4-afdd-c5351642621c, SHA-256 "))
        #expect(told.output.contains("Ending    succeeded"))
        #expect(told.output.contains("openssl"))
        let zip = try await rehearse("--update", hotfix.package + ".none")
        #expect(zip.code == 1)
        #expect(zip.error.contains(hotfix.package + ".none"))
    }

    @Test("A pool without hosts is refused with the reason")
    func emptyPool() async throws {
        let directory = try TemporaryDirectory()
        let dump = """
            <database><manifest/><table name="pool"><row ref="OpaqueRef:p" uuid="2f3a9c1e-6d45-4c8e-8b7a-0c5d1e9f4a21" \
            name_label="empty" master="OpaqueRef:NULL"/></table></database>
            """
        let file = try directory.write(dump, to: "state.db")
        let told = try await rehearse("--pool", "dump:\(file)")
        #expect(told.code == 1)
        #expect(told.error.contains("\(file) records a pool without hosts: there is nothing to rehearse."))
    }

    @Test("Its help says that offers are taken at random")
    func help() async throws {
        let words = try await rehearse("--help").output.split { $0.isWhitespace }.joined(separator: " ")
        #expect(words.contains("the offers that prechecks and planner make"))
        #expect(words.contains("are taken at random, by the seed"))
    }
}
