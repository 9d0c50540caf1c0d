import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

extension PatchService {
    /// Brings the database in line with what a host says was applied to it: stamps are the truth, rows a copy.
    ///
    /// A package that includes earlier ones leaves their stamps too, so that they count as applied.
    public func resyncStamps(of host: Ref) async throws(APIError) {
        let driver = try pool.driver(host)
        let stamps: [Stamp]
        do throws(HostError) {
            stamps = try await driver.stamps()
        } catch {
            throw error.asAPIError(host)
        }
        // A stamp that can not be read tells nothing; the others still count.
        let applied = stamps.compactMap { stamp in
            (try? PatchInfo(parsing: stamp.contents)).map { (info: $0, time: Timestamp(seconds: stamp.modified)) }
        }
        let refs = applied.map { _ in (patch: pool.makeRef(), hostPatch: pool.makeRef(), uuid: pool.makeUUID()) }
        try await database.transaction { transaction throws(APIError) in
            for ((info, time), new) in zip(applied, refs) {
                let patch: Ref
                if let known = transaction.snapshot.row("pool_patch", uuid: info.uuid) {
                    patch = known.ref
                } else {
                    patch = new.patch
                    transaction.create("pool_patch", patch, Self.row(info))
                }
                let exists = transaction.snapshot.pointing(at: patch, "pool_patch", "host_patches")
                    .contains { transaction.snapshot.row("host_patch", $0)?.ref("host") == host }
                guard !exists else { continue }
                let digest = transaction.snapshot.row("pool_patch", patch).flatMap { PackageOrigin($0).digest }
                transaction.create(
                    "host_patch",
                    new.hostPatch,
                    [
                        "uuid": .string(new.uuid), "host": .string(host.rawValue), "applied": .bool(true),
                        "timestamp_applied": .date(time), "pool_patch": .string(patch.rawValue),
                        // Which build of the patch it was: the uuid alone does not say.
                        PackageOrigin.digestField: .string(digest?.description ?? ""),
                    ]
                )
            }
            let uuids = Set(applied.map(\.info.uuid))
            for reference in transaction.snapshot.pointing(at: host, "host", "patches") {
                guard let row = transaction.snapshot.row("host_patch", reference) else { continue }
                let patch = transaction.snapshot.row("pool_patch", row.ref("pool_patch"))
                if !uuids.contains(patch?.uuid ?? "") { transaction.delete("host_patch", reference) }
            }
        }
    }
}
