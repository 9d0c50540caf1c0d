import Foundation
import GenerationProfiles
import TestSupport
import Testing
import UpdatePackage

/// Whole runs on pools that synchronise repositories.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct XenServer8Tests {
    private static func use(_ body: @Sendable (GenerationLab, XenServer8) async throws -> Void) async throws {
        let hotfix = try await ReplicaHotfix()
        let profile = XenServer8(installing: hotfix.package, repository: hotfix.packages)
        try await GenerationLab.use(hotfix, profile) { lab in try await body(lab, profile) }
    }

    @Test("What was synchronised is installed on every host, each emptied before it is, and everything is as it was")
    func installs() async throws {
        try await Self.use { lab, _ in
            let check = try await lab.check()
            #expect(check.code == 0 && check.output.contains("taken as repository"), "\(check.output)\(check.error)")
            let uuid = try await lab.offer()
            let shown = try await lab.driver.xe("patch-list", "uuid=\(uuid)", "params=name-description").output
            for fact in ["Security updates of April", "High", "CVE-2016-1234", "https://support.invalid/CTX209443"] {
                #expect(shown.contains(fact), "\(shown)")
            }
            #expect(try await lab.remote.xe("pool-ha-enable").code == 0)
            let refused = try await lab.rollout("start", "--update", uuid)
            #expect(refused.code == 3 && refused.error.contains("igh availability is on"), "\(refused.error)")
            let before = try await lab.look()
            let run = try await lab.rollout("start", "--update", uuid, "--fix-all", "--wait")
            #expect(run.code == 0, "\(run.output)\n\(run.error)")
            try await lab.expectUpdated(since: before)
            #expect(try await lab.remote.values("pool-list", ["params=ha-enabled"]) == ["true"])
            let again = try await lab.rollout("start", "--update", uuid, "--fix-all", "--wait")
            #expect(again.code == 0 && again.output.contains("nothing was done"), "\(again.output)\(again.error)")
        }
    }

    @Test("A bundle goes to a pool without a way to its repository, once somebody has pinned it")
    func bundle() async throws {
        try await Self.use { lab, _ in
            let before = try await lab.offer()
            // As long as what tells a package has to be.
            let text = "bundle" + String(repeating: "x", count: 40_000)
            let file = try lab.directory.write(text, to: "updates.xsoffline")
            let refused = try await lab.driver.xe("patch-upload", "file-name=\(file)")
            let digest = try #require(
                refused.error.firstMatch(of: /trust pin ([0-9a-f]{64})/)?.output.1,
                "\(refused.error)"
            )
            try TrustStore(folder: lab.driver.state + "/trust").pin(String(digest), note: "", now: 0)
            let upload = try await lab.driver.xe("patch-upload", "file-name=\(file)")
            #expect(upload.code == 0, "\(upload.error)")
            let uuid = upload.output.trimmingCharacters(in: .newlines)
            #expect(uuid != before)
            #expect(try await lab.driver.values("patch-list", ["params=uuid"]).contains(uuid))
        }
    }

    @Test("Updates that somebody synchronises again meanwhile stop the run, which says so")
    func hashChanges() async throws {
        try await Self.use { lab, profile in
            let uuid = try await lab.offer()
            profile.synchroniseAfterFirstHost()
            let starts = try await lab.look().starts
            try await lab.begin(uuid, until: "were synchronised again since the run began")
            // The first host has what was pinned; no other has taken anything.
            #expect(try await lab.version(on: "xs1") == "4.1.2-6.0.2.363.23467")
            for host in ["xs2", "xs3"] { #expect(try await lab.version(on: host) != "4.1.2-6.0.2.363.23467") }
            #expect(try await lab.look().starts == starts)
        }
    }
}
