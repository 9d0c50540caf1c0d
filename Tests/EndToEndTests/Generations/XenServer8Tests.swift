import Foundation
import GenerationProfiles
import TestSupport
import Testing
import UpdatePackage

/// Whole runs on pools that synchronise repositories.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct XenServer8Tests {
    private static func use(_ body: @Sendable (GenerationLab, XenServer8) async throws -> Void) async throws {
        let hotfix = try await ReplicaHotfix.shared()
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
            try await lab.expectUpdate(uuid)
            // What is left to the owners of VMs is told.
            let left = try await lab.check()
            #expect(left.code == 0 && left.output.contains("recommended after an update: restart_vm"), "\(left.output)")
        }
    }

    @Test(
        "A bundle goes to the pool once somebody has pinned it; what is synchronised again in its run stops that, which says so"
    )
    func hashChanges() async throws {
        try await Self.use { lab, profile in
            let before = try await lab.offer()
            // As long as what tells a package has to be.
            let file = try lab.directory.write(
                "bundle" + String(repeating: "x", count: 40_000),
                to: "updates.xsoffline"
            )
            let refused = try await lab.driver.xe("patch-upload", "file-name=\(file)").error
            let digest = try #require(refused.firstMatch(of: /trust pin ([0-9a-f]{64})/)?.output.1, "\(refused)")
            try TrustStore(folder: lab.driver.state + "/trust").pin(String(digest), note: "", now: 0)
            let upload = try await lab.driver.xe("patch-upload", "file-name=\(file)")
            #expect(upload.code == 0, "\(upload.error)")
            let uuid = upload.output.trimmingCharacters(in: .newlines)
            #expect(uuid != before)

            profile.synchroniseAfterFirstHost()
            let starts = try await lab.look().starts
            try await lab.begin(uuid, until: "were synchronised again since this one was pinned")
            // The first host has what was pinned; no other has taken anything.
            #expect(try await lab.version(on: "xs1") == "4.1.2-6.0.2.363.23467")
            for host in ["xs2", "xs3"] { #expect(try await lab.version(on: host) != "4.1.2-6.0.2.363.23467") }
            #expect(try await lab.look().starts == starts)
            // They were not emptied for it, and what is offered now shows at once.
            let page = try await lab.rollout("show", "--json").output
            #expect(page.contains("xs2 has failed while checking"), "\(page)")
            let isShown = try await TestBed.wait(upTo: .seconds(30)) {
                try await lab.driver.values("patch-list", ["params=uuid"]).contains { ![before, uuid].contains($0) }
            }
            #expect(isShown)
        }
    }
}
