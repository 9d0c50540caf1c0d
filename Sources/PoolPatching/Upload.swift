import Dispatch
import Foundation
import UpdatePackage
public import XenAPI

/// A package on its way in: bytes go to disk and through the digests as they arrive, and never pile up in memory. One task at a time
/// may use it.
///
/// It is a class, for as a struct that can not be copied it was miscompiled when optimised (Swift 6.3): a copy of ``path`` that was
/// taken before ``finish()`` consumed the struct was freed with it, and read afterwards.
public final class Upload {
    let path: String
    private let descriptor: Int32
    private var digests = DigestStream()
    private let files: PatchFiles
    private let kind: PatchService.PassingOn.Kind
    /// Bytes that have come.
    private var size: Int64 = 0
    /// Bytes that came since room and pace were last looked at, and when that was.
    private var recent: Int64 = 0
    private var looked: ContinuousClock.Instant
    private let limits: PatchService.Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Bytes that the kernel has not been asked to write out yet.
    private var unwritten = 0
    private static let writeBehindBytes = 64 << 20
    /// Bytes after which it is looked whether the rest has room.
    private static let roomBytes: Int64 = 8 << 20
    private var unchecked: Int64 = 0
    /// The first bytes, until there are enough of them to tell what is no package.
    private var head: [UInt8]? = []

    init(
        path: String,
        files: PatchFiles,
        kind: PatchService.PassingOn.Kind,
        limits: PatchService.Limits,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(APIError) {
        self.path = path
        self.files = files
        self.kind = kind
        self.limits = limits
        self.now = now
        looked = now()
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(files.directory) }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `INVALID_PATCH` as soon as the first bytes tell that this is no package; `OUT_OF_SPACE` where the disk is full,
    ///   or has no room for what came to be unpacked; `UPLOAD_TOO_SLOW` where too little came for too long.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(APIError) {
        try checkPace(bytes.count)
        try checkHead(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard written > 0 else {
                if written < 0, errno == EINTR { continue }
                throw Self.error(files.directory)
            }
            rest = rest.dropFirst(written)
        }
        digests.append(bytes)
        size += Int64(bytes.count)
        try checkRoom(bytes.count)
        unwritten += bytes.count
        if unwritten >= Self.writeBehindBytes {
            unwritten = 0
            writeBehind()
        }
    }

    /// What can not be a package is not waited for to its end. Of a zip the whole says more: what is in it.
    private func checkHead(_ bytes: UnsafeRawBufferPointer) throws(APIError) {
        guard var known = head else { return }
        known += bytes.prefix(PackageFile.sniffLength - known.count)
        guard known.count == PackageFile.sniffLength else {
            head = known
            return
        }
        head = nil
        // Of a bundle only the pool knows what it is.
        guard kind != .bundles, let problem = PackageFile.problem(ofHead: known) else { return }
        if kind == .images, problem == .updateISO { return }
        throw APIError("INVALID_PATCH", [problem.sentence])
    }

    /// The program inside takes as much room again as the package, which a client need not announce.
    private func checkRoom(_ count: Int) throws(APIError) {
        unchecked += Int64(count)
        guard unchecked >= Self.roomBytes else { return }
        unchecked = 0
        guard files.freeBytes() >= size else { throw APIError("OUT_OF_SPACE", [files.directory]) }
    }

    private func checkPace(_ count: Int) throws(APIError) {
        let time = now()
        guard time - looked >= limits.uploadTime else {
            recent += Int64(count)
            return
        }
        guard recent >= limits.uploadBytes else {
            throw APIError("UPLOAD_TOO_SLOW", ["\(recent)", "\((time - looked).components.seconds)"])
        }
        (looked, recent) = (time, Int64(count))
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
    public func hash() async { await digests.hashIfFull() }

    /// The digests of everything, once it is on disk.
    func finish() async throws(APIError) -> Digests {
        guard fsync(descriptor) == 0 else { throw Self.error(files.directory) }
        return await digests.finish()
    }

    deinit { close(descriptor) }

    private static func error(_ location: String) -> APIError {
        if errno == ENOSPC || errno == EDQUOT { return APIError("OUT_OF_SPACE", [location]) }
        return .internalError("The patch could not be written to \(location): \(String(cString: strerror(errno))).")
    }
}
