import PoolDatabase
public import XenAPI

extension PatchService {
    /// `pool_patch.clean`: removes the uploaded file. The patch stays known, and stays applied where it is.
    public func clean(_ patch: Ref) async throws(APIError) {
        let row = try database.snapshot.require("pool_patch", patch)
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "filename", .string(""))
        }
        files.remove(row.string("filename"))
    }

    /// `pool_patch.destroy`: forgets a patch that no host has, and removes its file.
    ///
    /// - Throws: `PATCH_IS_APPLIED` where a host has it.
    public func destroy(_ patch: Ref) async throws(APIError) {
        let row = try database.snapshot.require("pool_patch", patch)
        try await database.transaction { transaction throws(APIError) in
            guard transaction.snapshot.pointing(at: patch, "pool_patch", "host_patches").isEmpty else {
                throw APIError("PATCH_IS_APPLIED")
            }
            transaction.delete("pool_patch", patch)
        }
        files.remove(row.string("filename"))
        if let sha256 = row.map("other_config", "sha256") { files.remove(files.promisePath(sha256)) }
    }

    /// The file of a patch, for a download.
    ///
    /// - Throws: `CANNOT_FIND_PATCH` where it was cleaned.
    public func file(ofPatchWithUUID uuid: String) throws(APIError) -> String {
        let path = database.snapshot.row("pool_patch", uuid: uuid)?.string("filename") ?? ""
        guard files.exists(path) else { throw APIError("CANNOT_FIND_PATCH") }
        return path
    }
}
