import CArchive
import FoundationEssentials

@testable import UpdatePackage

/// Writes an ISO 9660 image, with Rock Ridge, of what is in a folder.
func writeImage(of folder: String, to path: String) throws {
    guard let archive = archive_write_new() else { throw ArchiveError(reason: "out of memory") }
    defer { archive_write_free(archive) }
    func check(_ result: Int32) throws {
        if result != ARCHIVE_OK { throw ArchiveError(reason: String(cString: archive_error_string(archive))) }
    }
    try check(archive_write_set_format_iso9660(archive))
    try check(archive_write_open_filename(archive, path))
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
        guard let entry = archive_entry_new() else { throw ArchiveError(reason: "out of memory") }
        defer { archive_entry_free(entry) }
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
        let bytes = isFolder ? [] : try readFile("\(folder)/\(name)", limit: 1 << 30) ?? []
        archive_entry_set_pathname(entry, name)
        archive_entry_set_filetype(entry, isFolder ? SHIM_AE_IFDIR : SHIM_AE_IFREG)
        archive_entry_set_perm(entry, isFolder ? 0o755 : 0o644)
        archive_entry_set_size(entry, Int64(bytes.count))
        try check(archive_write_header(archive, entry))
        if archive_write_data(archive, bytes, bytes.count) != bytes.count { try check(ARCHIVE_FATAL) }
    }
    try check(archive_write_close(archive))
}
