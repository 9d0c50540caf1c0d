import CArchive

/// Writes archives that are the same, bit for bit, whenever and by whomever they are written.
struct ArchiveWriter: ~Copyable {
    /// The kinds of archive that are written.
    enum Format: Sendable {
        /// tar without compression.
        case tar
        /// tar, compressed by bzip2.
        case tarBzip2
        /// zip; its members are stored, since packages are compressed already.
        case zip
    }

    private let archive: OpaquePointer

    private init(archive: OpaquePointer) { self.archive = archive }

    /// Begins an archive at the descriptor's current position. The descriptor stays the caller's.
    static func begin(_ format: Format, descriptor: Int32) throws(ArchiveError) -> ArchiveWriter {
        guard let archive = archive_write_new() else { throw ArchiveError(reason: "out of memory") }
        let writer = ArchiveWriter(archive: archive)
        switch format {
        case .tar: try writer.check(archive_write_set_format_pax_restricted(archive))
        case .tarBzip2:
            try writer.check(archive_write_set_format_pax_restricted(archive))
            try writer.check(archive_write_add_filter_bzip2(archive))
        case .zip:
            try writer.check(archive_write_set_format_zip(archive))
            try writer.check(archive_write_set_options(archive, "zip:compression=store"))
        }
        try writer.check(archive_write_open_fd(archive, descriptor))
        return writer
    }

    /// Adds a member's header. Its bytes follow by ``write(_:)``, exactly `size` of them.
    ///
    /// - Parameters:
    ///   - modified: seconds since the epoch; nil leaves the time out. In a zip it must be nil, because zip holds
    ///     local time, which differs from one builder's time zone to the next.
    func addFile(_ path: String, size: Int64, mode: UInt32, modified: Int64?) throws(ArchiveError) {
        guard let entry = archive_entry_new() else { throw ArchiveError(reason: "out of memory") }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_size(entry, size)
        archive_entry_set_filetype(entry, SHIM_AE_IFREG)
        archive_entry_set_perm(entry, mode)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        if let modified { archive_entry_set_mtime(entry, Int(modified), 0) }
        try check(archive_write_header(archive, entry))
    }

    /// Adds bytes to the member begun last.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw failure() }
    }

    /// Completes the archive.
    consuming func finish() throws(ArchiveError) { try check(archive_write_close(archive)) }

    deinit { archive_write_free(archive) }

    private func check(_ result: Int32) throws(ArchiveError) {
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw failure() }
    }

    private func failure() -> ArchiveError {
        ArchiveError(reason: archive_error_string(archive).map { String(cString: $0) } ?? "it can not be written")
    }
}
