#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files beside the database that only their owner may read, replaced whole: a reader, or the next start after a
/// power cut, finds the old one or the new one, never a part.
public enum PrivateFile {
    /// A file could not be written; the one before it is untouched.
    public struct Failure: Error, Hashable, CustomStringConvertible {
        /// Where it should be.
        public let path: String
        /// The system's reason.
        public let reason: String

        public var description: String {
            "\(path) could not be written: \(reason). Make room, or see to its permissions."
        }
    }

    /// Writes a file, and returns once it is on stable storage under its name.
    ///
    /// - Parameter path: its folder has to exist.
    public static func write(_ contents: [UInt8], to path: String) throws(Failure) {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < contents.count {
            let count = contents.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress?.advanced(by: written), contents.count - written, off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, closing: descriptor) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure(path, closing: descriptor) }
        close(descriptor)
        guard rename(temporary, path) == 0 else { throw failure(path) }
        syncFolder(of: path)
    }

    private static func failure(_ path: String, closing descriptor: Int32? = nil) -> Failure {
        let reason = String(cString: strerror(errno))
        if let descriptor { close(descriptor) }
        return Failure(path: path, reason: reason)
    }

    /// A new name is durable once its folder is.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
