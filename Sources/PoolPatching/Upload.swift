import Dispatch
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

/// A package on its way in: bytes go to disk and through the digests as they arrive, and never pile up in memory.
public struct Upload: ~Copyable {
    let path: String
    private let descriptor: Int32
    private var digests = DigestStream()
    private let location: String
    /// Bytes that the kernel has not been asked to write out yet.
    private var unwritten = 0
    private static let writeBehindBytes = 64 << 20

    init(path: String, location: String) throws(APIError) {
        self.path = path
        self.location = location
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(location) }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `OUT_OF_SPACE` where the disk is full.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(APIError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard written > 0 else {
                if written < 0, errno == EINTR { continue }
                throw Self.error(location)
            }
            rest = rest.dropFirst(written)
        }
        digests.append(bytes)
        unwritten += bytes.count
        if unwritten >= Self.writeBehindBytes {
            unwritten = 0
            writeBehind()
        }
    }

    /// Has the disk work while the network does, so that the sync at the end has little left to wait for.
    private func writeBehind() {
        let copy = dup(descriptor)
        guard copy >= 0 else { return }
        DispatchQueue.global(qos: .utility).async {
            fdatasync(copy)
            close(copy)
        }
    }

    /// Lets the digests catch up; to be called after each ``write(_:)``.
    public mutating func hash() async { await digests.hashIfFull() }

    /// The digests of everything, once it is on disk.
    consuming func finish() async throws(APIError) -> Digests {
        guard fsync(descriptor) == 0 else { throw Self.error(location) }
        return await digests.finish()
    }

    deinit { close(descriptor) }

    private static func error(_ location: String) -> APIError {
        if errno == ENOSPC || errno == EDQUOT { return APIError("OUT_OF_SPACE", [location]) }
        return .internalError("The patch could not be written to \(location): \(String(cString: strerror(errno))).")
    }
}

extension PatchService {
    /// Makes sure that there is room for an upload.
    ///
    /// - Parameter size: bytes to come.
    /// - Throws: `OUT_OF_SPACE` where the package and its unpacked program would not fit.
    public func assertRoom(for size: Int64) throws(APIError) {
        guard files.freeBytes() / 2 >= size else { throw APIError("OUT_OF_SPACE", [files.directory]) }
    }

    /// Begins an upload.
    public func beginUpload() throws(APIError) -> Upload {
        try Upload(path: files.incomingPath(pool.makeUUID()), location: files.directory)
    }

    /// Gives an upload up that did not arrive whole: nothing of it stays.
    public func abandon(_ upload: consuming Upload) { files.remove(upload.path) }

    /// Takes an upload in: verifies it, asks it who it is, and enters it into the database. Where any of this fails the
    /// file is removed.
    ///
    /// - Returns: the `pool_patch`.
    /// - Throws: `INVALID_PATCH`, `INVALID_PATCH_WITH_LOG`, `PATCH_ALREADY_EXISTS`, `PATCH_IS_ANOTHER_BUILD`,
    ///   `INTERNAL_ERROR`.
    public func finish(_ upload: consuming Upload) async throws(APIError) -> Ref {
        let path = upload.path
        do throws(APIError) {
            return try await admit(path, try await upload.finish())
        } catch {
            files.remove(path)
            throw error
        }
    }

    private func admit(_ path: String, _ digests: Digests) async throws(APIError) -> Ref {
        let program = files.incomingPath(pool.makeUUID() + ".run")
        defer { files.remove(program) }
        let package = try await unwrap(path, to: program, digests)
        let info = try await askInfo(program)
        return try await enter(info, package, path)
    }

    /// Runs `info` on the master.
    private func askInfo(_ program: String) async throws(APIError) -> PatchInfo {
        let master = try database.snapshot.pool().ref("master")
        let result = try await run(program, "info", on: master, limits.info)
        switch result.ending {
        case .exited(0): break
        case .exited(2): throw APIError("INVALID_PATCH_WITH_LOG", ["Bad line endings?"])
        case .exited(let status):
            throw .internalError("The patch's info exited with status \(status): \(result.output.prefix(2_000))")
        case .signalled(let signal):
            throw APIError("INVALID_PATCH_WITH_LOG", ["The patch's info was ended by signal \(signal)."])
        case .timedOut:
            throw APIError(
                "INVALID_PATCH_WITH_LOG",
                ["The patch's info did not end within \(limits.info.time) and was stopped."]
            )
        case .outputTooLong:
            throw APIError("INVALID_PATCH_WITH_LOG", ["The patch's info printed too much and was stopped."])
        }
        do throws(PatchInfoError) {
            return try PatchInfo(parsing: result.output)
        } catch {
            throw APIError("INVALID_PATCH", [error.description])
        }
    }

    /// Makes the row; or, where the uuid is known and its file is gone, gives that row its file back.
    private func enter(_ info: PatchInfo, _ package: VerifiedPackage, _ path: String) async throws(APIError) -> Ref {
        try assertFree(info.uuid, for: package.digests.sha256, in: database.snapshot)
        let kept = try files.keep(path, sha256: package.digests.sha256)
        let (ref, time) = (pool.makeRef(), pool.now().seconds)
        return try await database.transaction { transaction throws(APIError) in
            let entered: Ref
            if let known = transaction.snapshot.row("pool_patch", uuid: info.uuid) {
                // The same package may have come by another way meanwhile.
                if known.string("filename") != kept {
                    try assertFree(info.uuid, for: package.digests.sha256, in: transaction.snapshot)
                }
                entered = known.ref
            } else {
                entered = ref
                transaction.create("pool_patch", ref, Self.row(info))
            }
            let digests = package.digests
            try transaction.set("pool_patch", entered, "filename", .string(kept))
            try transaction.set("pool_patch", entered, "size", .int(digests.size))
            try transaction.set("pool_patch", entered, "other_config", key: "sha256", digests.sha256)
            try transaction.set("pool_patch", entered, "other_config", key: "md5", digests.md5)
            try transaction.set("pool_patch", entered, "other_config", key: "trust", package.trust.text)
            if transaction.snapshot.row("pool_patch", entered)?.map("other_config", Self.uploadedKey) == nil {
                try transaction.set("pool_patch", entered, "other_config", key: Self.uploadedKey, "\(time)")
            }
            return entered
        }
    }

    /// A package's identity is its uuid and its digest: other bytes under a known uuid are another build, which never takes
    /// the place of the first unnoticed.
    ///
    /// - Throws: `PATCH_ALREADY_EXISTS` for the same bytes once more; `PATCH_IS_ANOTHER_BUILD` for others, while the first
    ///   ones are on disk or on a host.
    private func assertFree(_ uuid: String, for sha256: String, in snapshot: Snapshot) throws(APIError) {
        guard let known = snapshot.row("pool_patch", uuid: uuid) else { return }
        let hasFile = files.exists(known.string("filename"))
        // Files are named by their digests, which nobody can set.
        let first = hasFile ? files.sha256(ofKept: known.string("filename")) : known.map("other_config", "sha256")
        if first == sha256 {
            if hasFile { throw APIError("PATCH_ALREADY_EXISTS", [uuid]) }
            return
        }
        let isApplied = !snapshot.pointing(at: known.ref, "pool_patch", "host_patches").isEmpty
        guard let first, hasFile || isApplied else { return }
        throw APIError("PATCH_IS_ANOTHER_BUILD", [uuid, first, sha256])
    }

    static func row(_ info: PatchInfo) -> [String: Value] {
        [
            "uuid": .string(info.uuid), "name_label": .string(info.nameLabel),
            "name_description": .string(info.nameDescription), "version": .string(info.version),
            "after_apply_guidance": .strings(info.guidance.map(\.rawValue)),
        ]
    }
}

extension Trust {
    /// Why the package is believed, in words that `other_config` keeps.
    var text: String {
        switch self {
        case .pinned: "pinned SHA-256"
        case .signed(let keys): "signed by " + keys.joined(separator: ", ")
        }
    }
}
