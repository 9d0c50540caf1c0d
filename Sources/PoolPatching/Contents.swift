import PoolDatabase
public import UpdatePackage
public import XenAPI

extension PatchService {
    /// What the package of a patch holds: its packages, files and signatures, and whether it is trusted now. Nothing of it is
    /// run; and it was looked into when it was uploaded, so that who may only look causes no unpacking.
    ///
    /// - Throws: `HANDLE_INVALID`; `CANNOT_FIND_PATCH` where the file was cleaned away; `INVALID_PATCH`.
    public func inspect(_ patch: Ref) async throws(APIError) -> Inspection {
        let row = try database.snapshot.require("pool_patch", patch)
        guard let digest = PackageOrigin(row).digest, let path = files.kept(digest) else {
            throw APIError("CANNOT_FIND_PATCH")
        }
        let policy = try await trust()
        do throws(PackageError) {
            return try await records.inspection(of: path, sha256: digest.description, policy: policy)
        } catch {
            throw refusal(error, sha256: digest.description)
        }
    }

    /// Looks into the packages of which nothing is known yet: those that an older version of Pitstop took in. For when a
    /// server begins; what can not be read is told to whoever asks for it.
    public func lookIntoUnknown() async {
        for patch in database.snapshot.rows("pool_patch") where PackageOrigin(patch).digest != nil {
            _ = try? await inspect(patch.ref)
        }
    }
}
