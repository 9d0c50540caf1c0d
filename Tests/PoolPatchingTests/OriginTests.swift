import EmbeddedHosts
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import TestSupport
import Testing
import UpdatePackage
import XenAPI

@testable import PoolPatching

/// What the server knows of a package is what it found out itself: nobody else has a say in it.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct OriginTests {
    /// What an operator may do with a map.
    private func write(_ members: [String: String], into patch: Ref, _ lab: PatchLab) async throws {
        let values = members.map { Value.Member($0.key, .string($0.value)) }
        try await lab.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "other_config", .map(values))
        }
    }

    private func origin(_ patch: Ref, _ lab: PatchLab) throws -> PackageOrigin {
        PackageOrigin(try #require(lab.pool.database.snapshot.row("pool_patch", patch)))
    }

    @Test(
        "What an operator writes into other_config names no file, and changes nothing that is believed",
        arguments: ["../../OUTSIDE/forged", String(repeating: "b", count: 64), "/etc/passwd", ""]
    )
    func otherConfig(text: String) async throws {
        let lab = try await PatchLab()
        let name = "outside-\(UUID().uuidString)"
        let (outside, digest) = (lab.updates + "/../../" + name, text.replacing("OUTSIDE", with: name))
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        let victim = outside + "/forged.promise.json"
        try Data("mine".utf8).write(to: URL(filePath: victim))

        let patch = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid()))
        let before = try origin(patch, lab)
        let forged = ["sha256": digest, "trust": "signed by the Queen", "uploaded": "1", "mine": "kept"]
        try await write(forged, into: patch, lab)
        #expect(try origin(patch, lab) == before)
        let shown = try #require(lab.pool.database.snapshot.row("pool_patch", patch)).showingPackageOrigin
        #expect(shown.map("other_config", "sha256") == before.digest?.description)
        #expect(shown.map("other_config", "trust") == before.trust && shown.map("other_config", "mine") == "kept")

        _ = try await lab.service.apply(patch, to: lab.hosts[0])
        let applied = try #require(lab.hostPatches(of: patch).first)
        #expect(applied.string("sha256") == before.digest?.description)
        try await lab.service.clean(patch)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["forged.promise.json"])
        #expect(try Data(contentsOf: URL(filePath: victim)) == Data("mine".utf8))

        let other = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid()))
        try await write(["sha256": digest], into: other, lab)
        try await lab.service.destroy(other)
        #expect(FileManager.default.fileExists(atPath: victim))
    }

    @Test("A pin counts for the file that was pinned, not for one whose row names that digest")
    func forgedPin() async throws {
        let lab = try await PatchLab()
        let pinned = String(repeating: "a", count: 64)
        try lab.trust.pin(pinned, note: "", now: 1_500_000_000)
        let program = PackageProgram.script(uuid: PatchLab.uuid(), precheck: "echo 'Usage: x {info|apply}'; exit 1")
        let patch = try await lab.upload(program: program)
        try await write(["sha256": pinned], into: patch, lab)
        await #expect { try await lab.service.apply(patch, to: lab.hosts[1]) } throws: {
            ($0 as? APIError)?.code == "INVALID_PATCH_WITH_LOG"
        }
    }

    @Test("A file name in a row is no path: what lies outside is neither served nor removed")
    func fileNames() async throws {
        let lab = try await PatchLab()
        let victim = lab.updates + "/../victim-\(UUID().uuidString).xsupdate"
        try Data("secret".utf8).write(to: URL(filePath: victim))
        let (patch, uuid) = (lab.pool.makeRef(), PatchLab.uuid())
        try await lab.pool.database.transaction { transaction throws(APIError) in
            transaction.create("pool_patch", patch, ["uuid": .string(uuid), "filename": .string(victim)])
        }
        #expect(throws: APIError("CANNOT_FIND_PATCH")) { try lab.service.file(ofPatchWithUUID: uuid) }
        await #expect(throws: APIError("CANNOT_FIND_PATCH")) { try await lab.service.inspect(patch) }
        try await lab.service.takeUp()
        #expect(throws: APIError("CANNOT_FIND_PATCH")) { try lab.service.file(ofPatchWithUUID: uuid) }
        try await lab.service.clean(patch)
        try await lab.service.destroy(patch)
        #expect(FileManager.default.fileExists(atPath: victim))
    }

    @Test("A state directory that was moved, or copied, has its packages, and touches nobody else's")
    func movedState() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let patch = try await lab.upload(program: PackageProgram.script(uuid: uuid))
        let digest = try #require(try origin(patch, lab).digest)
        // As an earlier version wrote it: the path alone, of a place where another server's package is.
        let original = lab.updates + "/../original"
        try FileManager.default.createDirectory(atPath: original, withIntermediateDirectories: true)
        let there = "\(original)/\(digest).xsupdate"
        try FileManager.default.copyItem(atPath: lab.service.file(ofPatchWithUUID: uuid), toPath: there)
        try await lab.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "sha256", .string(""))
            try transaction.set("pool_patch", patch, "filename", .string(there))
        }
        try await lab.service.takeUp()
        #expect(try lab.service.file(ofPatchWithUUID: uuid) == "\(lab.updates)/\(digest).xsupdate")
        _ = try await lab.service.precheck(patch, on: lab.hosts[0])
        try await lab.service.destroy(patch)
        #expect(FileManager.default.fileExists(atPath: there))
        #expect(try lab.keptFiles() == [])
    }

    @Test("Packages that no row names are swept when the pool is opened; those of patches stay")
    func orphans() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        _ = try await lab.upload(program: PackageProgram.script(uuid: uuid))
        let orphan = lab.updates + "/" + String(repeating: "c", count: 64)
        for ending in [".xsupdate", ".promise.json"] { try Data("x".utf8).write(to: URL(filePath: orphan + ending)) }
        try Data("x".utf8).write(to: URL(filePath: lab.updates + "/notes"))
        try await lab.service.takeUp()
        #expect(!FileManager.default.fileExists(atPath: orphan + ".xsupdate"))
        #expect(!FileManager.default.fileExists(atPath: orphan + ".promise.json"))
        #expect(FileManager.default.fileExists(atPath: lab.updates + "/notes"), "what is not the server's own stays")
        _ = try lab.service.file(ofPatchWithUUID: uuid)
    }

    @Test("A kept file that is not what came in any more is not run")
    func changedFile() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let patch = try await lab.upload(program: PackageProgram.script(uuid: uuid))
        let other = try await lab.signed(PackageProgram.script(uuid: uuid, apply: "touch /var/swapped-ran"))
        let path = try lab.service.file(ofPatchWithUUID: uuid)
        try FileManager.default.removeItem(atPath: path)
        try other.write(to: URL(filePath: path))
        let error = await #expect(throws: APIError.self) { try await lab.service.apply(patch, to: lab.hosts[0]) }
        #expect(error?.code == "INVALID_PATCH" && error?.parameters.first?.contains("checksum") == true)
        #expect(!FileManager.default.fileExists(atPath: lab.tree(lab.hosts[0]) + "/var/swapped-ran"))
    }

    @Test(
        "Only 64 hexadecimal digits are a digest",
        arguments: ["", "../../x", String(repeating: "a", count: 63), String(repeating: "g", count: 64), "é"]
    )
    func noDigests(text: String) {
        #expect(PackageDigest(text) == nil)
        #expect(PackageDigest(String(repeating: "A", count: 64))?.description == String(repeating: "a", count: 64))
        #expect(PatchFiles.digest(inName: "/somewhere/\(text).xsupdate") == nil)
    }
}

/// A package that says that all is well has to have brought what it holds.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct SilentFailureTests {
    private static let rpm = "make-3.81-3.el5.i386.rpm"

    /// A program with one RPM behind its script, as classic packages are made.
    private func package(_ lab: PatchLab, apply: String) async throws -> Data {
        let folder = lab.updates + "/../silent"
        let set = folder + "/rpms"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await ReplicaPackages.build(.updated, into: set)
        let tar = try await Tools.run(
            "tar",
            ["--format=ustar", "-cf", folder + "/payload.tar", Self.rpm],
            directory: set
        )
        try #require(tar.code == 0, "\(tar.error)")
        var program = Data(PackageProgram.script(uuid: PatchLab.uuid(), apply: apply).utf8)
        program += Data("exit 0\n".utf8)
        program += Data(repeating: 0x0a, count: 4_096 - program.count)
        program += try Data(contentsOf: URL(filePath: folder + "/payload.tar"))
        let plain = folder + "/program"
        try program.write(to: URL(filePath: plain))
        try await lab.key.signFile(plain, to: plain + ".signed")
        return try Data(contentsOf: URL(filePath: plain + ".signed"))
    }

    @Test("An apply that ends with 0 although its rpm failed is no apply, and is told with what is missing")
    func silentFailure() async throws {
        let lab = try await PatchLab()
        let patch = try await lab.upload(try await package(lab, apply: "rpm -U /nonexistent.rpm; echo went on; exit 0"))
        let error = await #expect(throws: APIError.self) { try await lab.service.apply(patch, to: lab.hosts[0]) }
        #expect(error?.code == "PATCH_APPLY_FAILED")
        let output = error?.parameters.first ?? ""
        #expect(output.contains("went on\n"), "what the package printed stays")
        #expect(output.contains("make 3.81-3.el5 (3.81-1.1 is)") && output.contains("does not count as applied"))
        #expect(lab.hostPatches(of: patch).isEmpty)
        await #expect(throws: APIError.self) { try await lab.service.poolApply(patch) { _ in } }
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.bool("pool_applied") == false)

        // One whose packages are there, in that version or a later one, counts.
        let install = "tail -c +4097 \"$0\" | tar -x -C /var/tmp && rpm -U --nosignature --nodeps /var/tmp/\(Self.rpm)"
        let honest = try await lab.upload(try await package(lab, apply: "\(install) || exit 1; exit 0"))
        _ = try await lab.service.apply(honest, to: lab.hosts[0])
        #expect(lab.hostPatches(of: honest).map { $0.ref("host") } == [lab.hosts[0]])
    }
}
