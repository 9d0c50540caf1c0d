import PoolDatabase
public import UpdatePackage
public import XenAPI

extension PatchService {
    /// What the package of a patch holds: its packages, files and signatures. Nothing of it is run.
    ///
    /// - Throws: `HANDLE_INVALID`; `CANNOT_FIND_PATCH` where the file was cleaned away; `INVALID_PATCH`.
    public func inspect(_ patch: Ref) async throws(APIError) -> Inspection {
        let path = try database.snapshot.require("pool_patch", patch).string("filename")
        guard files.exists(path) else { throw APIError("CANNOT_FIND_PATCH") }
        let policy = try await trust()
        do throws(PackageError) {
            return try await UpdatePackage.inspect(file: path, policy: policy)
        } catch {
            throw APIError(error.code, error.parameters)
        }
    }
}
