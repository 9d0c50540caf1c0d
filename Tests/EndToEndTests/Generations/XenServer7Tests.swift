import Foundation
import GenerationProfiles
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// Whole runs on pools that take update images.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct XenServer7Tests {
    /// A pool of a version, and an image that its publisher has signed.
    private static func use(
        _ version: String = "8.2.1",
        _ body: @Sendable (GenerationLab, XenServer7, SignedImage) async throws -> Void
    ) async throws {
        let (hotfix, key, directory) = (try await ReplicaHotfix(), try await SigningKey(), try TemporaryDirectory())
        let image = try await SignedImage(hotfix, by: key, in: directory)
        await key.stop()
        let profile = try XenServer7(version: version, keyring: key.publicKey)
        try await GenerationLab.use(hotfix, profile) { lab in
            _ = try await TrustedKeys.add(key.publicKey, to: lab.driver)
            try await body(lab, profile, image)
        }
    }

    private static func upload(_ image: SignedImage, _ lab: GenerationLab) async throws -> String {
        let upload = try await lab.driver.xe("patch-upload", "file-name=\(image.path)")
        #expect(upload.code == 0, "\(upload.error)")
        return upload.output.trimmingCharacters(in: .newlines)
    }

    @Test("An image is installed on every host in waves, and everything is as it was", arguments: ["7.1.2", "8.2.1"])
    func installs(version: String) async throws {
        try await Self.use(version) { lab, profile, image in
            let check = try await lab.check()
            #expect(check.code == 0 && check.output.contains("taken as pool-update"), "\(check.output)\(check.error)")
            let uuid = try await Self.upload(image, lab)
            // The pool shows it by its older twin, whose uuid is made of the image's.
            #expect(uuid == "21111111-0000-0000-8444-555555555555")
            #expect(try await lab.remote.xe("pool-ha-enable").code == 0)
            let refused = try await lab.rollout("start", "--update", uuid)
            #expect(refused.code == 3 && refused.error.contains("High availability is on"), "\(refused.error)")
            let before = try await lab.look()
            let run = try await lab.rollout("start", "--update", uuid, "--fix-all", "--wait")
            #expect(run.code == 0, "\(run.output)\n\(run.error)")
            try await lab.expectUpdated(since: before)
            #expect(try await lab.remote.values("pool-list", ["params=ha-enabled"]) == ["true"])
            // Every host has it, and so its image no longer takes room.
            #expect(profile.images == 0)
            let again = try await lab.rollout("start", "--update", uuid, "--fix-all", "--wait")
            #expect(again.code == 0 && again.output.contains("nothing was done"), "\(again.output)\(again.error)")
        }
    }

    @Test("A precheck that one host refuses stops the run before anything is done, with that host's name")
    func precheckRefuses() async throws {
        try await Self.use { lab, profile, image in
            let uuid = try await Self.upload(image, lab)
            profile.refuse(
                on: "xs2",
                APIError("UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING", ["XS82ECU1031", "XS82ECU1000"])
            )
            let before = try await lab.look()
            let run = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(run.code == 3, "\(run.output)\(run.error)")
            #expect(run.error.contains("xs2") && run.error.contains("XS82ECU1000"), "\(run.error)")
            #expect(!run.error.contains("xs1") && !run.error.contains("xs3"), "\(run.error)")
            let after = try await lab.look()
            #expect(after.boots == before.boots && after.starts == before.starts)
        }
    }

    @Test("Storage without room for an image is named, and nothing is sent")
    func noRoom() async throws {
        try await Self.use { lab, profile, image in
            profile.fillStorage()
            let upload = try await lab.driver.xe("patch-upload", "file-name=\(image.path)")
            #expect(upload.code != 0 && upload.error.contains("has less room"), "\(upload.error)")
            #expect(profile.images == 0)
        }
    }

    @Test("An image that somebody else has signed is refused by the pool, and none of it stays there")
    func foreignImage() async throws {
        try await Self.use { lab, profile, _ in
            let (key, directory) = (try await SigningKey(), try TemporaryDirectory())
            let image = try await SignedImage(try await ReplicaHotfix(), by: key, in: directory)
            await key.stop()
            let unknown = try await lab.driver.xe("patch-upload", "file-name=\(image.path)")
            #expect(unknown.code != 0 && unknown.error.contains("pitstop trust"), "\(unknown.error)")
            // Here it is believed, for somebody has pinned it.
            try TrustStore(folder: lab.driver.state + "/trust").pin(image.sha256, note: "", now: 0)
            let upload = try await lab.driver.xe("patch-upload", "file-name=\(image.path)")
            #expect(upload.code != 0 && upload.error.contains("Invalid signature"), "\(upload.error)")
            #expect(profile.images == 0)
        }
    }
}
