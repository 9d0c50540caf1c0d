import PoolDatabase
public import XenAPI

extension PatchService {
    /// Brings files and rows together when a pool is opened: rows of earlier versions get their digests, and files that no
    /// row names, left by a server that was killed or whose disk was full, go.
    public func takeUp() async throws(APIError) {
        // A pool that keeps its patches itself names no files of ours.
        if passingOn != nil { return try await showNotes() }
        try await adoptNames()
        sweep(database.snapshot)
    }

    /// Earlier versions kept the digest in the name of the file alone, with a path that may be another machine's. It counts
    /// where the file is here: only this server puts files there.
    private func adoptNames() async throws(APIError) {
        let names = database.snapshot.rows("pool_patch").filter { PackageOrigin($0).digest == nil }
            .compactMap { row in
                PatchFiles.digest(inName: row.string("filename")).flatMap {
                    files.kept($0) == nil ? nil : (row.ref, $0)
                }
            }
        guard !names.isEmpty else { return }
        try await database.transaction { transaction throws(APIError) in
            for (patch, digest) in names {
                try transaction.set("pool_patch", patch, PackageOrigin.digestField, .string(digest.description))
                try transaction.set("pool_patch", patch, "filename", .string(PatchFiles.name(of: digest)))
                for applied in transaction.snapshot.pointing(at: patch, "pool_patch", "host_patches") {
                    try transaction.set("host_patch", applied, PackageOrigin.digestField, .string(digest.description))
                }
            }
        }
    }

    private func sweep(_ snapshot: Snapshot) {
        let patches = snapshot.rows("pool_patch")
        // A database without any patch beside packages is more likely lost than the packages are of no use.
        guard !patches.isEmpty else { return }
        let named = Set(patches.compactMap { PackageOrigin($0).digest })
        let applied = snapshot.rows("host_patch").compactMap { PackageDigest($0.string(PackageOrigin.digestField)) }
        let all = files.all()
        for digest in all.packages where !named.contains(digest) { files.removePackage(digest) }
        for digest in all.promises where !named.union(applied).contains(digest) { files.removePromise(digest) }
    }
}
