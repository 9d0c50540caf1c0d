import Basics
import Crypto
import SystemPackage

/// One file of an archive, as found by ``visitArchive(_:limits:wanted:)``.
public struct ArchiveFile: Hashable, Sendable, Codable {
    /// Its path in the archive.
    public var path: String
    /// Its digests.
    public var digests: Digests
}

/// What a visitor wants of one file of an archive.
enum ArchiveWish {
    /// Its digests alone.
    case digests
    /// A copy of its beginning, of so many bytes, in a new file. The path is the visitor's choice and never made from the
    /// archive's names.
    case copy(path: String, limit: Int64)
    /// Its first bytes, handed over at the end of the file: `needed` says, given some of them, how many there have to be;
    /// nil where these are enough.
    case head(needed: ([UInt8]) -> Int?, take: ([UInt8]) throws -> Void)
}

/// Reads an archive through once, under limits: digests of every file, and what is wanted of each.
///
/// - Parameter digesting: whether digests are taken; without them files are passed over as far as nothing else of them is
///   wanted, and their digests are empty.
func visitArchive(
    _ reader: consuming ArchiveReader,
    limits: ArchiveLimits,
    digesting: Bool = true,
    wish: (_ path: String, _ size: Int64?) -> ArchiveWish
) throws -> [ArchiveFile] {
    var reader = reader
    var watch = ArchiveGuard(limits)
    var files: [ArchiveFile] = []
    while let entry = try reader.next() {
        try watch.admit(entry)
        guard entry.kind == .file else { continue }
        let wish = wish(entry.path, entry.size)
        if case .digests = wish, !digesting, reader.isPlain, let size = entry.size {
            files.append(ArchiveFile(path: entry.path, digests: Digests(sha256: "", md5: "", size: max(0, size))))
            continue
        }
        var visit = try FileVisit(wish, digesting: digesting || !reader.isPlain || entry.size == nil)
        defer { visit.close() }
        try reader.forEachChunk(limit: limits.bytes) { bytes, packed in
            try watch.unpacked(bytes.count, packed: packed)
            return try visit.take(bytes)
        }
        files.append(ArchiveFile(path: entry.path, digests: try visit.end(size: entry.size)))
    }
    return files
}

/// One file on its way through.
private struct FileVisit {
    private let wish: ArchiveWish
    private let isDigesting: Bool
    private var sha256 = SHA256()
    private var md5 = Insecure.MD5()
    private var size: Int64 = 0
    private var copy: FileDescriptor?
    private var head: [UInt8] = []

    init(_ wish: ArchiveWish, digesting: Bool) throws {
        self.wish = wish
        isDigesting = digesting
        if case .copy(let path, _) = wish { copy = try createPrivateFile(path) }
    }

    /// - Returns: whether more of it is wanted.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws -> Bool {
        var wantsMore = isDigesting
        if isDigesting {
            sha256.update(bufferPointer: bytes)
            md5.update(bufferPointer: bytes)
        }
        switch wish {
        case .digests: break
        case .copy(_, let limit):
            if size < limit { try copy?.writeAll(UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(limit - size)))) }
            wantsMore = wantsMore || size + Int64(bytes.count) < limit
        case .head(let needed, _):
            var rest = bytes[...]
            while !rest.isEmpty, let count = needed(head), count > head.count {
                head += rest.prefix(count - head.count)
                rest = bytes.suffix(max(0, Int(size) + bytes.count - head.count))
            }
            wantsMore = wantsMore || needed(head).map { $0 > head.count } ?? false
        }
        size += Int64(bytes.count)
        return wantsMore
    }

    /// - Parameter size: the size that the archive declares.
    func end(size declared: Int64?) throws -> Digests {
        if case .head(_, let take) = wish { try take(head) }
        guard isDigesting else { return Digests(sha256: "", md5: "", size: max(0, declared ?? size)) }
        return Digests(sha256: sha256.finalize().hex, md5: md5.finalize().hex, size: size)
    }

    func close() { try? copy?.close() }
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
