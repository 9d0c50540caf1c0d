import Foundation
import GenerationProfiles
import TestSupport
import Testing

/// Whole runs on XCP-ng pools.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct XCPngTests {
    private static func use(_ body: @Sendable (GenerationLab, XCPng) async throws -> Void) async throws {
        let hotfix = try await ReplicaHotfix.shared()
        let profile = XCPng(installing: hotfix.package, repository: hotfix.packages)
        try await GenerationLab.use(hotfix, profile) { lab in try await body(lab, profile) }
    }

    @Test("What all hosts are offered is installed on every host in waves, and everything is as it was")
    func installs() async throws {
        try await Self.use { lab, _ in
            let check = try await lab.check()
            #expect(check.code == 0 && check.output.contains("taken as xcp-ng"), "\(check.output)\(check.error)")
            let uuid = try await lab.offer()
            let shown = try await lab.driver.xe("patch-list", "uuid=\(uuid)", "params=name-description").output
            #expect(shown.contains("Hosts restart for ") && shown.contains("CVE-2016-1234"), "\(shown)")
            try await lab.expectUpdate(uuid)
        }
    }

    @Test("A driver that was killed once hosts are offered less than was pinned goes on with what was pinned")
    func driverDies() async throws {
        try await Self.use { lab, _ in
            let uuid = try await lab.offer()
            let before = try await lab.look()
            try await lab.begin(uuid, until: "restarting", "returning", "(master)  done")
            let next = try await lab.cuttingDriver()
            let end = try await next.rollout("watch")
            #expect(end.code == 0, "\(end.output)\n\(end.error)")
            try await next.expectUpdated(since: before)
            await next.driver.terminate()
        }
    }

    @Test("A host whose repositories offer something else is named before anything is applied anywhere")
    func repositoriesDiffer() async throws {
        try await Self.use { lab, profile in
            let uuid = try await lab.offer()
            profile.changeRepository(of: "xs2", release: "6.0.2.999.1")
            let before = try await lab.look()
            let run = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(run.code == 3, "\(run.output)\(run.error)")
            #expect(run.error.contains("xs2") && run.error.contains("6.0.2.999.1"), "\(run.error)")
            #expect(try await lab.look() == before)
            #expect(try await lab.version(on: "xs1") != "4.1.2-6.0.2.363.23467")
            // Asked for what is offered now, the pool's check names both hosts.
            let check = try await lab.check()
            #expect(check.output.contains("xs2"), "\(check.output)")
        }
    }
}
