import Crypto
import SystemPackage

/// One file of an archive, as found by ``visitArchive(_:limits:wanted:)``.
public struct ArchiveFile: Hashable, Sendable {
    /// Its path in the archive.
    public var path: String
    /// Its digests.
    public var digests: Digests
}

/// Reads an archive through once, under limits: digests of every file, and copies of those that are wanted.
///
/// - Parameter wanted: where to copy a file, and how much of its beginning at most; nil for no copy. The path is the
///   caller's choice and never made from the archive's names.
func visitArchive(
    _ reader: consuming ArchiveReader,
    limits: ArchiveLimits,
    wanted: (_ path: String, _ size: Int64?) -> (path: String, limit: Int64)?
) throws -> [ArchiveFile] {
    var reader = reader
    var watch = ArchiveGuard(limits)
    var files: [ArchiveFile] = []
    while let entry = try reader.next() {
        try watch.admit(entry)
        guard entry.kind == .file else { continue }
        var sha256 = SHA256()
        var md5 = Insecure.MD5()
        var size: Int64 = 0
        let copy = try wanted(entry.path, entry.size).map { (try createPrivateFile($0.path), $0.limit) }
        defer { try? copy?.0.close() }
        try reader.forEachChunk(limit: limits.bytes) { bytes, packed in
            try watch.unpacked(bytes.count, packed: packed)
            sha256.update(bufferPointer: bytes)
            md5.update(bufferPointer: bytes)
            if let (descriptor, limit) = copy, size < limit {
                try descriptor.writeAll(UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(limit - size))))
            }
            size += Int64(bytes.count)
        }
        let digests = Digests(
            sha256: hexadecimal(sha256.finalize()),
            md5: hexadecimal(md5.finalize()),
            size: size
        )
        files.append(ArchiveFile(path: entry.path, digests: digests))
    }
    return files
}

/// A new file with mode 0600.
func createPrivateFile(_ path: String) throws -> FileDescriptor {
    try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .exclusiveCreate, .noFollow],
        permissions: [.ownerReadWrite]
    )
}
