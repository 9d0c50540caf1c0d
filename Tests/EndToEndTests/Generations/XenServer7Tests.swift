import Foundation
import GenerationProfiles
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// Whole runs on pools that take update images.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct XenServer7Tests {
    /// A pool of a version, and an image that its publisher has signed.
    private static func use(
        _ version: String,
        _ body: @Sendable (GenerationLab, XenServer7, SignedImage) async throws -> Void
    ) async throws {
        let (hotfix, key, directory) = (
            try await ReplicaHotfix.shared(), try await SigningKey(), try TemporaryDirectory()
        )
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

    @Test("An image is installed on every host in waves, and everything is as it was")
    func installs() async throws {
        try await Self.use("8.2.1") { lab, profile, image in
            let check = try await lab.check()
            #expect(check.code == 0 && check.output.contains("taken as pool-update"), "\(check.output)\(check.error)")
            let uuid = try await Self.upload(image, lab)
            // The pool shows it by its older twin, whose uuid is made of the image's.
            #expect(uuid == "21111111-0000-0000-8444-555555555555")
            try await lab.expectUpdate(uuid)
            // Every host has it, and so its image no longer takes room.
            #expect(profile.images == 0)
        }
    }

    @Test("Hosts that an update mends while they run do not restart, and none of them may be left out")
    func mends() async throws {
        try await Self.use("8.2.1") { lab, profile, image in
            let uuid = try await Self.upload(image, lab)
            let partly = try await lab.rollout("start", "--update", uuid, "--exclude", "xs3", "--wait")
            #expect(partly.code == 3 && partly.error.contains("xs3 would be left out"), "\(partly.error)")
            profile.mend()
            let before = try await lab.look()
            let run = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(run.code == 0 && run.output.contains("mended while it runs"), "\(run.output)\n\(run.error)")
            let after = try await lab.look()
            #expect(after.boots == before.boots)
            #expect(profile.images == 0)
            // They wait for nothing afterwards, either.
            let again = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(again.code == 0 && again.output.contains("nothing was done"), "\(again.output)\(again.error)")
        }
    }

    @Test(
        "A precheck that one host refuses stops the run before anything is done; once that is put right, it goes through"
    )
    func precheckRefuses() async throws {
        try await Self.use("7.1.2") { lab, profile, image in
            let uuid = try await Self.upload(image, lab)
            profile.refuse(
                on: "xs2",
                APIError("UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING", ["XS71ECU1031", "XS71ECU1000"])
            )
            let before = try await lab.look()
            let refused = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(refused.code == 3, "\(refused.output)\(refused.error)")
            #expect(refused.error.contains("xs2") && refused.error.contains("XS71ECU1000"), "\(refused.error)")
            #expect(!refused.error.contains("xs1") && !refused.error.contains("xs3"), "\(refused.error)")
            #expect(try await lab.look() == before)
            profile.refuse(on: "xs2", nil)
            let run = try await lab.rollout("start", "--update", uuid, "--wait")
            #expect(run.code == 0, "\(run.output)\n\(run.error)")
            try await lab.expectUpdated(since: before)
        }
    }

    @Test("An image of somebody else, and one without room on storage, are refused by name, and none of it stays")
    func refusesImages() async throws {
        try await Self.use("8.2.1") { lab, profile, image in
            let (key, directory) = (try await SigningKey(), try TemporaryDirectory())
            let foreign = try await SignedImage(try await ReplicaHotfix.shared(), by: key, in: directory)
            await key.stop()
            let unknown = try await lab.driver.xe("patch-upload", "file-name=\(foreign.path)")
            #expect(unknown.code != 0 && unknown.error.contains("pitstop trust"), "\(unknown.error)")
            // Here it is believed, for somebody has pinned it; the pool knows better.
            try TrustStore(folder: lab.driver.state + "/trust").pin(foreign.sha256, note: "", now: 0)
            let refused = try await lab.driver.xe("patch-upload", "file-name=\(foreign.path)")
            #expect(refused.code != 0 && refused.error.contains("Invalid signature"), "\(refused.error)")
            profile.fillStorage()
            let full = try await lab.driver.xe("patch-upload", "file-name=\(image.path)")
            #expect(full.code != 0 && full.error.contains("has less room"), "\(full.error)")
            #expect(profile.images == 0)
        }
    }
}
