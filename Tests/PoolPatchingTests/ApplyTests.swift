import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// What precheck and apply do, and what they leave in the database and on the hosts.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct ApplyTests {
    @Test func applyingWritesStampAndRow() async throws {
        let lab = try await PatchLab()
        let (uuid, host) = (PatchLab.uuid(), lab.hosts[0])
        let patch = try await lab.upload(program: PackageProgram.script(uuid: uuid, apply: "echo out; echo err >&2"))
        #expect(try await lab.service.apply(patch, to: host) == "out\nerr\n")

        let stamp = lab.tree(host) + "/var/patch/applied/" + uuid
        let attributes = try FileManager.default.attributesOfItem(atPath: stamp)
        #expect(attributes[.posixPermissions] as? Int == 0o440)
        #expect(try PatchInfo(parsing: String(contentsOfFile: stamp, encoding: .utf8)).uuid == uuid)
        let rows = lab.hostPatches(of: patch)
        #expect(rows.map { $0.ref("host") } == [host])
        #expect(rows.first?.bool("applied") == true)
        await #expect(throws: APIError("PATCH_ALREADY_APPLIED", [patch.rawValue])) {
            try await lab.service.apply(patch, to: host)
        }
    }

    @Test func aFailingApplyLeavesNoRow() async throws {
        let lab = try await PatchLab()
        let patch = try await lab.upload(
            program: PackageProgram.script(uuid: PatchLab.uuid(), apply: "echo half done; exit 7")
        )
        await #expect(throws: APIError("PATCH_APPLY_FAILED", ["half done\n"])) {
            try await lab.service.apply(patch, to: lab.hosts[0])
        }
        #expect(lab.hostPatches(of: patch).isEmpty)
    }

    @Test(
        "A refusal reaches the caller with the parameters of its code",
        arguments: [
            (
                "<error errorcode=\"PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING\"><prerequisite uuid=\"a\"/><prerequisite uuid=\"b\"/></error>",
                "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", ["a;b"]
            ),
            (
                "<error errorcode=\"PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION\"><required>6.0.2</required><found>6.0.0</found></error>",
                "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", ["6.0.0", "6.0.2"]
            ),
            ("<error errorcode=\"PATCH_PRECHECK_FAILED_VM_RUNNING\"/>", "PATCH_PRECHECK_FAILED_VM_RUNNING", []),
            (
                "<error errorcode=\"PATCH_PRECHECK_FAILED_UNKNOWN_ERROR\"><info>why</info></error>",
                "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR", ["why"]
            ),
        ]
    )
    func precheckRefusals(_ document: String, _ code: String, _ parameters: [String]) async throws {
        let lab = try await PatchLab()
        let program = PackageProgram.script(
            uuid: PatchLab.uuid(),
            precheck: "echo '\(document)'; exit 1",
            apply: "touch /var/must-not-run"
        )
        let patch = try await lab.upload(program: program)
        let expected = APIError(code, [patch.rawValue] + parameters)
        await #expect(throws: expected) { try await lab.service.precheck(patch, on: lab.hosts[1]) }
        await #expect(throws: expected) { try await lab.service.apply(patch, to: lab.hosts[1]) }
        #expect(!FileManager.default.fileExists(atPath: lab.tree(lab.hosts[1]) + "/var/must-not-run"))
    }

    @Test(
        "A precheck that breaks its contract is an error of the patch",
        arguments: [
            ("echo words; exit 1", "INVALID_PATCH_WITH_LOG"),
            ("echo words; exit 3", "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR"),
            ("kill -9 $$", "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR"),
            ("sleep 60", "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR"),
        ]
    )
    func brokenPrechecks(_ precheck: String, _ code: String) async throws {
        var limits = PatchService.Limits()
        limits.precheck = ProgramLimits(time: .seconds(2), outputBytes: 10_000)
        let lab = try await PatchLab(limits: limits)
        let patch = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid(), precheck: precheck))
        let error = await #expect(throws: APIError.self) { try await lab.service.precheck(patch, on: lab.hosts[0]) }
        #expect(error?.code == code)
    }

    @Test func poolApplySkipsWhoHasItAndGoesOnWhereItStopped() async throws {
        let lab = try await PatchLab()
        let marker = "/var/blocked-" + PatchLab.uuid()
        let patch = try await lab.upload(
            program: PackageProgram.script(uuid: PatchLab.uuid(), apply: "test ! -e \(marker)")
        )
        let (first, second) = (lab.hosts[0], lab.hosts[1])
        #expect(FileManager.default.createFile(atPath: lab.tree(second) + marker, contents: nil))
        await #expect(throws: APIError("PATCH_APPLY_FAILED", [""])) {
            try await lab.service.poolApply(patch) { _ in }
        }
        #expect(lab.hostPatches(of: patch).map { $0.ref("host") } == [first])
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.bool("pool_applied") == false)

        try FileManager.default.removeItem(atPath: lab.tree(second) + marker)
        try await lab.service.poolApply(patch) { _ in }
        #expect(Set(lab.hostPatches(of: patch).map { $0.ref("host") }) == [first, second])
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.bool("pool_applied") == true)
    }

    @Test func aCleanedPatchCanNotBeApplied() async throws {
        let lab = try await PatchLab()
        let patch = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid()))
        try await lab.service.clean(patch)
        try await lab.service.clean(patch)
        await #expect(throws: APIError("CANNOT_FIND_PATCH")) { try await lab.service.apply(patch, to: lab.hosts[0]) }
        await #expect(throws: APIError("CANNOT_FIND_PATCH")) { try await lab.service.precheck(patch, on: lab.hosts[0]) }
    }

    @Test func onlyAPatchThatNobodyHasIsDestroyed() async throws {
        let lab = try await PatchLab()
        let applied = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid()))
        _ = try await lab.service.apply(applied, to: lab.hosts[0])
        await #expect(throws: APIError("PATCH_IS_APPLIED")) { try await lab.service.destroy(applied) }

        let unused = try await lab.upload(program: PackageProgram.script(uuid: PatchLab.uuid()))
        #expect(try lab.keptFiles().count == 2)
        try await lab.service.destroy(unused)
        #expect(try lab.keptFiles().count == 1)
        #expect(lab.pool.database.snapshot.row("pool_patch", unused) == nil)
    }

    @Test func trustThatIsWithdrawnAfterTheUploadCounts() async throws {
        let lab = try await PatchLab()
        let patch = try await lab.upload(
            program: PackageProgram.script(uuid: PatchLab.uuid(), apply: "touch /var/untrusted-ran")
        )
        for key in try await lab.trust.keys() { try lab.trust.remove(key.fingerprint) }
        let error = await #expect(throws: APIError.self) { try await lab.service.apply(patch, to: lab.hosts[0]) }
        #expect(error?.code == "INVALID_PATCH")
        #expect(error?.parameters.first?.contains("no longer trusted") == true)
        #expect(error?.parameters.first?.contains("pitstop trust add-key") == true)
        #expect(!FileManager.default.fileExists(atPath: lab.tree(lab.hosts[0]) + "/var/untrusted-ran"))
    }

    @Test func stampsOfIncludedPatchesMakeThemAppliedToo() async throws {
        let lab = try await PatchLab()
        let included = PatchLab.uuid()
        let stamp = PackageProgram.script(uuid: included, label: "INCLUDED").split(separator: "\n")
            .first { $0.contains("info)") }!.dropFirst("info) echo '".count).dropLast("' ;;".count)
        let patch = try await lab.upload(
            program: PackageProgram.script(
                uuid: PatchLab.uuid(),
                apply: "echo '\(stamp)' > /var/patch/applied/\(included)"
            )
        )
        _ = try await lab.service.apply(patch, to: lab.hosts[0])
        let row = try #require(lab.pool.database.snapshot.row("pool_patch", uuid: included))
        #expect(row.nameLabel == "INCLUDED")
        #expect(row.int("size") == 0)
        #expect(lab.hostPatches(of: row.ref).map { $0.ref("host") } == [lab.hosts[0]])
    }
}

extension PatchLab {
    /// The `host_patch` rows of a patch.
    func hostPatches(of patch: Ref) -> [Row] {
        let snapshot = pool.database.snapshot
        return snapshot.pointing(at: patch, "pool_patch", "host_patches").compactMap { snapshot.row("host_patch", $0) }
    }
}
