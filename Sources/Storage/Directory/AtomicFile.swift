import Foundation

/// Files that are replaced whole: a reader, or the next start after a power cut, finds the old one or the new one.
public enum AtomicFile {
    /// Writes a file, and returns once it is on stable storage under its name.
    ///
    /// - Parameters:
    ///   - path: its folder has to exist.
    ///   - mode: permissions of the new file, whatever the old one had.
    public static func replace(_ path: String, with contents: [UInt8], mode: mode_t = 0o600) throws(StorageError) {
        let folder = PrivateFolder.parent(of: path) ?? "/"
        let (temporary, descriptor) = try create(in: folder)
        do throws(StorageError) {
            defer { close(descriptor) }
            try fill(descriptor, path, contents, mode)
            guard rename(temporary, path) == 0 else { throw unusable(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try PrivateFolder.sync(folder)
    }

    /// A new file under a name of its own: two writers that met on one name would each rename the other's unfinished file.
    static func create(in folder: String) throws(StorageError) -> (path: String, descriptor: Int32) {
        let path = folder + "/.new-" + UUID().uuidString
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path) }
        return (path, descriptor)
    }

    private static func fill(
        _ descriptor: Int32,
        _ path: String,
        _ contents: [UInt8],
        _ mode: mode_t
    ) throws(StorageError) {
        guard fchmod(descriptor, mode) == 0 else { throw unusable(path) }
        try writeAll(descriptor, contents, at: 0, path)
        guard fsync(descriptor) == 0 else { throw unusable(path) }
    }

    /// The contents of a file of at most `limit` bytes; nil where there is none. Links are not followed.
    public static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            if errno == ELOOP { throw .foreign(path: path, reason: "it is a link") }
            throw unusable(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unusable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign(path: path, reason: "it is no file") }
        guard status.st_size <= limit else { throw .tooLarge(name: path, limit: limit) }
        return try readAll(descriptor, from: 0, upTo: limit, path)
    }

    static func readAll(
        _ descriptor: Int32,
        from start: Int64,
        upTo limit: Int,
        _ path: String
    ) throws(StorageError) -> [UInt8] {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(max(limit, 1), 1 << 16))
        while contents.count < limit {
            let wanted = min(buffer.count, limit - contents.count)
            let count = pread(descriptor, &buffer, wanted, off_t(start) + off_t(contents.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unusable(path) }
            if count == 0 { break }
            contents += buffer[..<count]
        }
        return contents
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], at start: Int64, _ path: String) throws(StorageError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor,
                    buffer.baseAddress?.advanced(by: written),
                    bytes.count - written,
                    off_t(start) + off_t(written)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unusable(path) }
            written += count
        }
    }
}
