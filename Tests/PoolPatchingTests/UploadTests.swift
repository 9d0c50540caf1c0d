import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import Synchronization
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// What happens to a file that somebody uploads.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct UploadTests {
    @Test func aSignedPackageDescribesItself() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let file = try await lab.signed(
            PackageProgram.script(uuid: uuid, label: "HOTFIX", guidance: "restartHVM restartHost")
        )
        let patch = try await lab.upload(file)
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        #expect(row.uuid == uuid)
        #expect(row.nameLabel == "HOTFIX")
        #expect(row.texts("after_apply_guidance") == ["restartHVM", "restartHost"])
        #expect(row.int("size") == Int64(file.count))
        let kept = try lab.service.file(ofPatchWithUUID: uuid)
        #expect(try Data(contentsOf: URL(filePath: kept)) == file)
        let digest = try #require(PackageOrigin(row).digest)
        #expect(kept == "\(lab.updates)/\(digest).xsupdate" && row.string("filename") == "\(digest).xsupdate")
        // Clients find it where they always have.
        #expect(row.showingPackageOrigin.map("other_config", "sha256") == digest.description)
    }

    @Test func anUploadDoesNotWaitForAPackageThatIsBeingAppliedOnTheMaster() async throws {
        let lab = try await PatchLab()
        let (began, gate) = ("/var/began-\(UUID().uuidString)", "/var/gate-\(UUID().uuidString)")
        let master = try lab.pool.database.snapshot.pool().ref("master")
        let slow = PackageProgram.script(
            uuid: PatchLab.uuid(),
            apply: "touch \(began); while test ! -e \(gate); do sleep 0.05; done"
        )
        let patch = try await lab.upload(try await lab.signed(slow))
        let applied = Task { try await lab.service.apply(patch, to: master) }
        while !FileManager.default.fileExists(atPath: lab.tree(master) + began) {
            try await Task.sleep(for: .milliseconds(20))
        }
        let second = try await lab.upload(try await lab.signed(PackageProgram.script(uuid: PatchLab.uuid())))
        let snapshot = lab.pool.database.snapshot
        #expect(snapshot.row("pool_patch", second) != nil)
        #expect(snapshot.pointing(at: patch, "pool_patch", "host_patches").isEmpty, "the first is still being applied")
        try Data().write(to: URL(filePath: lab.tree(master) + gate))
        _ = try await applied.value
    }

    @Test func aPackageSignedAsClearTextIsTakenToo() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let patch = try await lab.upload(try await lab.clearSigned(PackageProgram.script(uuid: uuid)))
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.uuid == uuid)
    }

    enum Damage: CaseIterable {
        case empty, unsigned, truncated, tampered, foreignKey
    }

    @Test("A file that is not what a trusted key signed is refused, removed, and never run", arguments: Damage.allCases)
    func badFilesAreRefused(_ damage: Damage) async throws {
        let lab = try await PatchLab()
        let marker = "/var/ran-\(UUID().uuidString)"
        let directory = try TemporaryDirectory()
        let program = PackageProgram.script(uuid: PatchLab.uuid(), info: "touch \(marker)")
        var file = try await lab.signed(program)
        switch damage {
        case .empty: file = Data()
        case .unsigned: file = Data(program.utf8)
        case .truncated: file = file.prefix(file.count - 20)
        case .tampered: file[file.count / 2] ^= 1
        case .foreignKey:
            let stranger = try await SigningKey()
            try await stranger.sign(program, to: directory.file("package"))
            await stranger.stop()
            file = try Data(contentsOf: URL(filePath: directory.file("package")))
        }
        let error = await #expect(throws: APIError.self) { try await lab.upload(file) }
        // The code is XenServer's; the sentence beside it says what is wrong, with which file, and what may be done.
        #expect(error?.code == "INVALID_PATCH" && error?.parameters.count == 1)
        let sentence = error?.parameters.first ?? ""
        let sha256 = try await Digests.of(file: self.file(file, in: directory)).sha256
        #expect(sentence.contains(sha256), "\(sentence)")
        if damage == .foreignKey { #expect(sentence.contains("pitstop trust pin \(sha256)")) }
        if damage == .truncated { #expect(sentence.contains("ends before")) }
        #expect(try lab.keptFiles() == [])
        #expect(!FileManager.default.fileExists(atPath: lab.tree(lab.hosts[0]) + marker))
    }

    /// A file with these bytes.
    private func file(_ bytes: Data, in directory: TemporaryDirectory) throws -> String {
        let path = directory.file("sent")
        try bytes.write(to: URL(filePath: path))
        return path
    }

    @Test func aPinnedDigestStandsInForAnUnknownKey() async throws {
        let lab = try await PatchLab()
        let directory = try TemporaryDirectory()
        let stranger = try await SigningKey()
        let uuid = PatchLab.uuid()
        try await stranger.sign(PackageProgram.script(uuid: uuid), to: directory.file("package"))
        await stranger.stop()
        let digests = try await Digests.of(file: directory.file("package"))
        try lab.trust.pin(digests.sha256, note: "seen at the vendor's", now: 0)
        let patch = try await lab.upload(try Data(contentsOf: URL(filePath: directory.file("package"))))
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.uuid == uuid)
    }

    @Test(
        "An info that is no description is refused, and its file removed",
        arguments: [
            ("echo nonsense", "INVALID_PATCH"),
            ("echo '<info uuid=\"u\" version=\"1\" name-label=\"l\" after-apply-guidance=\"\"/>'", "INVALID_PATCH"),
            ("exit 2", "INVALID_PATCH_WITH_LOG"),
            ("exit 1", "INTERNAL_ERROR"),
            ("kill -9 $$", "INVALID_PATCH_WITH_LOG"),
            ("sleep 60", "INVALID_PATCH_WITH_LOG"),
            ("yes", "INVALID_PATCH_WITH_LOG"),
        ]
    )
    func badInfo(_ info: String, _ code: String) async throws {
        var limits = PatchService.Limits()
        // Only the one that sleeps is to run into the limit, however busy the machine is.
        let time = Duration.seconds(info.hasPrefix("sleep") ? 2 : 120)
        limits.info = ProgramLimits(time: time, outputBytes: 10_000)
        let lab = try await PatchLab(limits: limits)
        let file = try await lab.signed(PackageProgram.script(uuid: PatchLab.uuid(), info: info))
        let error = await #expect(throws: APIError.self) { try await lab.upload(file) }
        #expect(error?.code == code)
        #expect(try lab.keptFiles() == [])
    }

    @Test func anUnknownGuidanceIsRefused() async throws {
        let lab = try await PatchLab()
        let program = PackageProgram.script(uuid: PatchLab.uuid(), guidance: "restartUniverse")
        let error = await #expect(throws: APIError.self) { try await lab.upload(program: program) }
        #expect(error?.code == "INVALID_PATCH")
    }

    @Test func theSameUUIDIsTakenOnceUntilItsFileIsGone() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let file = try await lab.signed(PackageProgram.script(uuid: uuid, label: "FIRST"))
        let patch = try await lab.upload(file)
        await #expect(throws: APIError("PATCH_ALREADY_EXISTS", [uuid])) { try await lab.upload(file) }
        #expect(try lab.keptFiles().count == 1)

        try await lab.service.clean(patch)
        #expect(try lab.keptFiles() == [])
        let other = try await lab.signed(PackageProgram.script(uuid: uuid, label: "SECOND"))
        #expect(try await lab.upload(other) == patch)
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        #expect(row.nameLabel == "FIRST", "an adopted file does not rename the patch")
        #expect(row.int("size") == Int64(other.count))
    }

    @Test func otherBytesUnderAKnownUUIDAreAnotherBuild() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let file = try await lab.signed(PackageProgram.script(uuid: uuid, label: "FIRST"))
        let patch = try await lab.upload(file)
        let rebuilt = try await lab.signed(PackageProgram.script(uuid: uuid, label: "REBUILT"))
        let refusal = try #require(await #expect(throws: APIError.self) { try await lab.upload(rebuilt) })
        let digest = lab.pool.database.snapshot.row("pool_patch", patch).flatMap {
            PackageOrigin($0).digest?.description
        }
        #expect(refusal.code == "PATCH_IS_ANOTHER_BUILD" && refusal.parameters.prefix(2) == [uuid, digest ?? ""])
        #expect(refusal.parameters.last != digest && refusal.parameters.last?.count == 64)
        #expect(try lab.keptFiles().count == 1)

        // A host that has the first keeps the other out when its file is gone, too.
        _ = try await lab.service.apply(patch, to: lab.hosts[1])
        try await lab.service.clean(patch)
        await #expect(throws: refusal) { try await lab.upload(rebuilt) }
        #expect(try await lab.upload(file) == patch)

        let second = PatchLab.uuid()
        try await lab.service.destroy(try await lab.upload(program: PackageProgram.script(uuid: second, label: "OLD")))
        let new = try await lab.upload(program: PackageProgram.script(uuid: second, label: "NEW"))
        #expect(lab.pool.database.snapshot.row("pool_patch", new)?.nameLabel == "NEW")
    }

    @Test func whenItWasUploadedFirstIsKept() async throws {
        let lab = try await PatchLab()
        let before = lab.pool.now().seconds
        let file = try await lab.signed(PackageProgram.script(uuid: PatchLab.uuid()))
        let patch = try await lab.upload(file)
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        let published = try #require(await lab.service.published(row))
        #expect((before...lab.pool.now().seconds).contains(published))
    }

    private static func send(_ count: Int, to upload: Upload) throws(APIError) {
        // The first byte is that of a signed message.
        let bytes = [UInt8](repeating: 0xA3, count: count)
        var failure: APIError?
        bytes.withUnsafeBytes { bytes in
            do throws(APIError) { try upload.write(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    @Test func anUploadThatBringsNextToNothingIsGivenUp() async throws {
        let lab = try await PatchLab()
        let time = Mutex(ContinuousClock().now)
        let upload = try lab.service.beginUpload { time.withLock { $0 } }
        try Self.send(100_000, to: upload)
        time.withLock { $0 += .seconds(61) }
        try Self.send(1, to: upload)
        time.withLock { $0 += .seconds(59) }
        try Self.send(1, to: upload)
        time.withLock { $0 += .seconds(2) }
        do throws(APIError) {
            try Self.send(1, to: upload)
            Issue.record("it is taken")
        } catch {
            #expect(error == APIError("UPLOAD_TOO_SLOW", ["2", "61"]))
        }
        lab.service.abandon(upload)
        #expect(try lab.keptFiles() == [])
    }

    @Test func anUploadThatDoesNotFitIsRefusedBeforeItBegins() async throws {
        let lab = try await PatchLab()
        #expect(throws: APIError("OUT_OF_SPACE", [lab.updates])) { try lab.service.assertRoom(for: 1 << 60) }
    }
}
