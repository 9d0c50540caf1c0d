import Foundation
import PoolDatabase
import PoolOperations
import Storage
import UpdatePackage
import XenAPI

/// Packages of a pool that keeps its patches itself: they are verified here before they go there, and what was found out about
/// them is noted here, for the pool has no place for it.
extension PatchService {
    /// Takes a verified package to the pool.
    func passedOn(by passingOn: PassingOn, _ package: VerifiedPackage, _ path: String) async throws(APIError) -> Ref {
        let patch = try await passingOn.take(path)
        try await note(package.digests, package.trust.text, of: patch, keeping: path)
        return patch
    }

    /// Takes an update image to the pool, once the signatures inside of it have been checked here as the pool will check them;
    /// or it is known by its digest, which somebody has pinned.
    func passedOn(by passingOn: PassingOn, image path: String, _ digests: Digests) async throws(APIError) -> Ref {
        let policy = try await trust()
        do throws(PackageError) {
            let inspection = try await UpdatePackage.inspect(file: path, policy: policy)
            if let distrust = inspection.distrust { throw PackageError(path, distrust) }
        } catch {
            throw refusal(error, sha256: digests.sha256)
        }
        let isPinned = policy.pinned.contains(digests.sha256.lowercased())
        let patch = try await passingOn.take(path)
        try await note(digests, isPinned ? "pinned SHA-256" : "signatures inside", of: patch, keeping: nil)
        files.removeIncoming(path)
        return patch
    }

    /// Takes a bundle of a repository to the pool. What signs it lies inside of it and is checked there; here it is known by
    /// its digest alone, which somebody has to have pinned.
    func passedOn(by passingOn: PassingOn, bundle path: String, _ digests: Digests) async throws(APIError) -> Ref {
        guard try await trust().pinned.contains(digests.sha256.lowercased()) else {
            throw APIError(
                "INVALID_PATCH",
                [
                    "This pool takes bundles of its repository, whose signatures only the pool can check. Compare the file's "
                        + "SHA-256 \(digests.sha256) with its publisher's, and trust it by that: "
                        + "pitstop trust pin \(digests.sha256). Then send it again."
                ]
            )
        }
        let patch = try await passingOn.take(path)
        files.removeIncoming(path)
        return patch
    }

    private func note(_ digests: Digests, _ trust: String, of patch: Ref, keeping path: String?) async throws(APIError)
    {
        guard let digest = PackageDigest(digests.sha256), let row = database.snapshot.stored("pool_patch", patch) else {
            return
        }
        if let path { try files.keep(path, digest) }
        let note = UploadNote(
            uuid: row.uuid,
            sha256: digests.sha256,
            md5: digests.md5,
            trust: trust,
            uploaded: pool.now().seconds
        )
        let others = notes.filter { $0.uuid != note.uuid }
        write(others + [note])
        try await show([note])
    }

    /// Shows what is noted of patches that the pool knows.
    func showNotes() async throws(APIError) { try await show(notes) }

    private func show(_ notes: [UploadNote]) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            for note in notes {
                guard let patch = transaction.snapshot.row("pool_patch", uuid: note.uuid)?.ref else { continue }
                let fields = PackageOrigin.fields(
                    sha256: note.sha256,
                    md5: note.md5,
                    trust: note.trust,
                    uploaded: Timestamp(seconds: note.uploaded)
                )
                for (field, value) in fields {
                    try transaction.set("pool_patch", patch, field, value)
                }
            }
        }
    }

    private var notesPath: String { files.directory + "/uploads.json" }

    /// Notes that can not be read are none: they are only shown.
    private var notes: [UploadNote] {
        guard let data = FileManager.default.contents(atPath: notesPath) else { return [] }
        return (try? JSONDecoder().decode([UploadNote].self, from: data)) ?? []
    }

    private func write(_ notes: [UploadNote]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(notes) else { return }
        try? AtomicFile.replace(notesPath, with: Array(data))
    }
}

/// What was found out about a package when it went to the pool.
private struct UploadNote: Codable, Sendable {
    var uuid: String
    var sha256: String
    var md5: String
    var trust: String
    /// Seconds since the epoch.
    var uploaded: Int64
}

/// An update image of XenServer 7.1 and later.
enum UpdateImage {
    /// Whether a file is an image of a disc (ISO 9660).
    static func isOne(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), (try? file.seek(toOffset: 32_769)) != nil else {
            return false
        }
        defer { try? file.close() }
        return (try? file.read(upToCount: 5)) == Data("CD001".utf8)
    }
}
