import PoolDatabase
import UpdatePackage
public import XenAPI

extension PatchService {
    /// `pool_patch.clean`: removes the uploaded file. The patch stays known, and stays applied where it is.
    public func clean(_ patch: Ref) async throws(APIError) {
        let row = try database.snapshot.require("pool_patch", patch)
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "filename", .string(""))
        }
        files.removePackage(PackageOrigin(row).digest)
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
        files.removePackage(PackageOrigin(row).digest)
        files.removePromise(PackageOrigin(row).digest)
        if let digest = PackageOrigin(row).digest { records.forget(digest.description) }
    }

    /// The file of a patch, for a download.
    ///
    /// - Throws: `CANNOT_FIND_PATCH` where it was cleaned, or never was here.
    public func file(ofPatchWithUUID uuid: String) throws(APIError) -> String {
        guard let row = database.snapshot.row("pool_patch", uuid: uuid) else { throw APIError("CANNOT_FIND_PATCH") }
        return try file(of: row)
    }

    /// The file of a patch: named by the digest that was taken when it came in, whatever the row says of names.
    ///
    /// - Throws: `CANNOT_FIND_PATCH` where there is none.
    func file(of patch: Row) throws(APIError) -> String {
        guard let path = files.kept(PackageOrigin(patch).digest) else { throw APIError("CANNOT_FIND_PATCH") }
        return path
    }
}
