import Foundation
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// Where the two genuine packages of 2007 lie, beside the project; nowhere else are they to be had.
private let fixtures =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/../shared/fixtures/updates"

private let areHere = FileManager.default.fileExists(atPath: fixtures)

/// The key that signed them is lost, so that only a pinned digest can vouch for them.
@Suite(
    .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)),
    .enabled(if: areHere, "needs the genuine packages of 2007 beside the project")
)
struct GenuinePackageTests {
    @Test(
        "A genuine package is inspected, refused, and with its digest pinned applied to a host",
        arguments: [
            ("succeed.xsupdate", "abcd1234-feed-dead-beef-000000000000", "succeed.asc", "1.0"),
            ("testpatch.asc", "eeca3f3e-2e73-45d4-86b2-3caf45130f10", "testpatch.asc", "1.1"),
        ]
    )
    func genuine(file: String, uuid: String, label: String, version: String) async throws {
        let path = fixtures + "/" + file
        let inspection = try await inspect(file: path, policy: TrustPolicy())
        #expect(inspection.info?.uuid.lowercased() == uuid)
        #expect(inspection.info?.nameLabel == label && inspection.info?.version == version)
        #expect(inspection.info?.guidance == [.restartHost])
        #expect(inspection.signatures.map(\.digest.description) == ["SHA-1"])
        #expect(inspection.distrust != nil)

        let lab = try await PatchLab()
        let bytes = try Data(contentsOf: URL(filePath: path))
        let refusal = await #expect(throws: APIError.self) { try await lab.upload(bytes) }
        #expect(refusal?.code == "INVALID_PATCH")
        #expect(refusal?.parameters.first?.contains("pitstop trust pin \(inspection.digests.sha256)") == true)
        try lab.trust.pin(inspection.digests.sha256, note: "genuine", now: 1_500_000_000)
        let patch = try await lab.upload(bytes)
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        #expect(row.nameLabel == label && PackageOrigin(row).trust == "pinned SHA-256")

        let host = lab.hosts[0]
        let output = try await lab.service.apply(patch, to: host)
        #expect(output == "Applying patch...\nTouched /var/testpatch-touch\n")
        #expect(FileManager.default.fileExists(atPath: lab.tree(host) + "/var/testpatch-touch"))
        #expect(lab.hostPatches(of: patch).map { $0.ref("host") } == [host])
    }

    @Test("A program without precheck is let pass only where its file is pinned")
    func withoutPrecheck() async throws {
        let lab = try await PatchLab()
        let program = PackageProgram.script(uuid: PatchLab.uuid(), precheck: "echo 'Usage: x {info|apply}'; exit 1")
        let file = try await lab.signed(program)
        let patch = try await lab.upload(file)
        await #expect { try await lab.service.apply(patch, to: lab.hosts[1]) } throws: {
            ($0 as? APIError)?.code == "INVALID_PATCH_WITH_LOG"
        }
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", patch))
        let sha256 = try #require(PackageOrigin(row).digest?.description)
        try lab.trust.pin(sha256, note: "", now: 1_500_000_000)
        _ = try await lab.service.apply(patch, to: lab.hosts[1])
        #expect(lab.hostPatches(of: patch).count == 1)
    }
}
