import Foundation
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import XenAPI

/// What an upload is taken for, before it is anything.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct FirstLookTests {
    @Test("The same program in another wrapping is the same build, whether or not its first file is still there")
    func sameProgram() async throws {
        let lab = try await PatchLab()
        let uuid = PatchLab.uuid()
        let program = PackageProgram.script(uuid: uuid)
        let file = try await lab.signed(program)
        let wrapped = try await lab.signed(program, "--compress-algo", "uncompressed", "--set-filename", "other")
        #expect(file != wrapped)
        let patch = try await lab.upload(file)
        await #expect(throws: APIError("PATCH_ALREADY_EXISTS", [uuid])) { try await lab.upload(wrapped) }
        _ = try await lab.service.apply(patch, to: lab.hosts[1])
        try await lab.service.clean(patch)
        #expect(try await lab.upload(wrapped) == patch)
        #expect(lab.pool.database.snapshot.row("pool_patch", patch)?.int("size") == Int64(wrapped.count))
        // What an older version took in tells by its file.
        for name in try FileManager.default.contentsOfDirectory(atPath: lab.updates)
        where name.hasSuffix("contents.json") {
            try FileManager.default.removeItem(atPath: "\(lab.updates)/\(name)")
        }
        await #expect(throws: APIError("PATCH_ALREADY_EXISTS", [uuid])) { try await lab.upload(file) }
    }

    @Test("What can be no package is refused by its first bytes, and not waited for")
    func firstBytes() async throws {
        let lab = try await PatchLab()
        let upload = try lab.service.beginUpload()
        var written = 0
        var refusal: APIError?
        let zeros = [UInt8](repeating: 0, count: 16 << 10)
        while refusal == nil, written < 1 << 20 {
            zeros.withUnsafeBytes { bytes in
                do throws(APIError) { try upload.write(bytes) } catch { refusal = error }
            }
            written += zeros.count
        }
        lab.service.abandon(upload)
        #expect(refusal?.code == "INVALID_PATCH" && written <= 48 << 10)
        #expect(refusal?.parameters.first?.contains("is no") == true, "\(refusal?.parameters ?? [])")
        #expect(try lab.keptFiles() == [])
    }
}
