import CArchive

/// Lists and reads archives through libarchive, which sees only the formats that updates come in.
///
/// Nothing is ever written to the names that an archive gives; callers read the entries that they want.
struct ArchiveReader: ~Copyable {
    /// A member of an archive.
    struct Entry: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case file, directory, link, special }
        /// The path in the archive, checked to stay inside of it.
        var path: String
        /// Bytes as declared; nil where the format does not tell.
        var size: Int64?
        var kind: Kind
        /// Where a link leads, as the archive says it.
        var target: String?
    }

    private let archive: OpaquePointer
    private var ended = false

    /// Opens a zip, an ISO image or a tar file (compressed or not).
    static func open(_ file: String, formats: Set<Format>) throws(ArchiveError) -> ArchiveReader {
        let reader = try begin(formats)
        guard archive_read_open_filename(reader.archive, file, 1 << 16) == ARCHIVE_OK else { throw reader.failure() }
        return reader
    }

    /// Opens an archive that begins at the descriptor's position. The descriptor stays the caller's.
    static func open(descriptor: Int32, formats: Set<Format>) throws(ArchiveError) -> ArchiveReader {
        let reader = try begin(formats)
        guard archive_read_open_fd(reader.archive, descriptor, 1 << 16) == ARCHIVE_OK else { throw reader.failure() }
        return reader
    }

    /// Reads an archive that lies in memory.
    static func read(
        _ bytes: [UInt8],
        formats: Set<Format>,
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, ArchiveError> in
            do throws(ArchiveError) {
                var reader = try begin(formats)
                guard archive_read_open_memory(reader.archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
                    throw reader.failure()
                }
                try body(&reader)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private static func begin(_ formats: Set<Format>) throws(ArchiveError) -> ArchiveReader {
        guard let archive = archive_read_new() else { throw ArchiveError(reason: "out of memory") }
        let reader = ArchiveReader(archive: archive)
        if formats.contains(.zip) { archive_read_support_format_zip_seekable(archive) }
        if formats.contains(.iso) { archive_read_support_format_iso9660(archive) }
        if formats.contains(.tar) { archive_read_support_format_tar(archive) }
        if formats.contains(.ar) { archive_read_support_format_ar(archive) }
        if formats.contains(.raw) { archive_read_support_format_raw(archive) }
        if formats.contains(.tar) || formats.contains(.raw) {
            archive_read_support_filter_gzip(archive)
            archive_read_support_filter_bzip2(archive)
            archive_read_support_filter_xz(archive)
            archive_read_support_filter_zstd(archive)
        }
        return reader
    }

    private init(archive: OpaquePointer) { self.archive = archive }

    /// What an archive may be.
    enum Format: Hashable, Sendable {
        case zip, iso, tar
        /// What Debian packages are, never compressed as a whole.
        case ar
        /// One file, compressed or not, without any archive around it.
        case raw
    }

    /// The next member, or nil at the end.
    mutating func next() throws(ArchiveError) -> Entry? {
        if ended { return nil }
        var entry: OpaquePointer?
        let result = archive_read_next_header(archive, &entry)
        if result == ARCHIVE_EOF {
            ended = true
            return nil
        }
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { throw failure() }
        // Without a locale, names beyond ASCII are only to be had as UTF-8.
        guard let name = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else {
            throw ArchiveError(reason: "a member without a name")
        }
        return Entry(
            path: try safePath(String(cString: name)),
            size: archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : nil,
            kind: kind(of: entry)
        )
    }

    /// Hands the bytes of the current member over in pieces, each with the bytes of the file read so far; a member longer
    /// than `limit` is an error. It ends early where `body` wants no more.
    mutating func forEachChunk(limit: Int64, _ body: (UnsafeRawBufferPointer, Int64) throws -> Bool) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var total: Int64 = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw failure() }
            if count == 0 { return }
            total += Int64(count)
            guard total <= limit else { throw ArchiveError(reason: "a member is larger than \(limit) bytes") }
            let packed = consumed
            let goesOn = try buffer.withUnsafeBytes {
                try body(UnsafeRawBufferPointer(rebasing: $0[..<count]), packed)
            }
            if !goesOn { return }
        }
    }

    /// Whether members are passed over without reading them: the archive is not compressed.
    var isPlain: Bool { archive_filter_count(archive) == 1 }

    /// Bytes of the compressed file that were read so far: the denominator of an unpacking ratio.
    private var consumed: Int64 { archive_filter_bytes(archive, -1) }

    deinit { archive_read_free(archive) }

    private func kind(of entry: OpaquePointer) -> Entry.Kind {
        if archive_entry_hardlink(entry) != nil { return .link }
        switch archive_entry_filetype(entry) {
        case SHIM_AE_IFREG: return .file
        case SHIM_AE_IFDIR: return .directory
        case SHIM_AE_IFLNK: return .link
        default: return .special
        }
    }

    private func failure() -> ArchiveError {
        ArchiveError(reason: archive_error_string(archive).map { String(cString: $0) } ?? "it can not be read")
    }
}

/// Why an archive was given up.
struct ArchiveError: Error, Hashable, Sendable {
    var reason: String
}

/// The path without `./` and trailing slashes.
///
/// - Throws: for absolute paths and for `..`, which lead out of the archive.
func safePath(_ path: String) throws(ArchiveError) -> String {
    guard !path.hasPrefix("/"), !path.contains("\0"), path.utf8.count <= 1_024 else {
        throw ArchiveError(reason: "the path \(path.prefix(80)) is absolute or too long")
    }
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard !parts.contains("..") else { throw ArchiveError(reason: "the path \(path.prefix(80)) leads out of it") }
    return parts.joined(separator: "/")
}
