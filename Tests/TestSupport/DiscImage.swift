import CArchive
import Foundation

/// Images of discs (ISO 9660, with Rock Ridge).
public enum DiscImage {
    /// What libarchive said.
    public struct Failure: Error {
        let reason: String
    }

    /// Writes an image of what is in a folder.
    public static func write(of folder: String, to path: String) throws {
        guard let archive = archive_write_new() else { throw Failure(reason: "out of memory") }
        defer { archive_write_free(archive) }
        try check(archive_write_set_format_iso9660(archive), archive)
        try check(archive_write_open_filename(archive, path), archive)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            guard let entry = archive_entry_new() else { throw Failure(reason: "out of memory") }
            defer { archive_entry_free(entry) }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            let bytes = isFolder.boolValue ? [] : Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
            archive_entry_set_pathname(entry, name)
            archive_entry_set_filetype(entry, isFolder.boolValue ? SHIM_AE_IFDIR : SHIM_AE_IFREG)
            archive_entry_set_perm(entry, isFolder.boolValue ? 0o755 : 0o644)
            archive_entry_set_size(entry, Int64(bytes.count))
            try check(archive_write_header(archive, entry), archive)
            if archive_write_data(archive, bytes, bytes.count) != bytes.count { try check(ARCHIVE_FATAL, archive) }
        }
        try check(archive_write_close(archive), archive)
    }

    /// Unpacks an image that the same test has made into a folder.
    public static func unpack(_ path: String, into folder: String) throws {
        guard let archive = archive_read_new() else { throw Failure(reason: "out of memory") }
        defer { archive_read_free(archive) }
        try check(archive_read_support_format_iso9660(archive), archive)
        try check(archive_read_open_filename(archive, path, 1 << 16), archive)
        var entry: OpaquePointer?
        while archive_read_next_header(archive, &entry) == ARCHIVE_OK, let entry {
            let place = URL(filePath: "\(folder)/\(String(cString: archive_entry_pathname(entry)))")
            let isFile = archive_entry_filetype(entry) == SHIM_AE_IFREG
            try FileManager.default.createDirectory(
                at: isFile ? place.deletingLastPathComponent() : place,
                withIntermediateDirectories: true
            )
            guard isFile else { continue }
            var bytes = [UInt8](repeating: 0, count: Int(archive_entry_size(entry)))
            let count = archive_read_data(archive, &bytes, bytes.count)
            guard count == bytes.count else { throw Failure(reason: "\(place.path) is cut") }
            try Data(bytes).write(to: place)
        }
    }

    private static func check(_ result: Int32, _ archive: OpaquePointer) throws {
        if result != ARCHIVE_OK { throw Failure(reason: String(cString: archive_error_string(archive))) }
    }
}
