import Basics
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A journal on disk: each line is on stable storage before ``append(_:)`` returns. One task at a time may use it.
public final class JournalFile {
    /// Where it is.
    public let path: String
    private let descriptor: Int32
    private var length: Int

    /// Makes a new journal; a file of that name must not exist.
    public static func create(_ path: String) throws(JournalError) -> JournalFile {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable("\(path): \(Self.lastError)") }
        syncDirectory(of: path)
        return JournalFile(path: path, descriptor: descriptor, length: 0)
    }

    /// Reads a journal and opens it for more. A last record that a crash tore is cut off; a broken chain is refused, and
    /// the file kept as it is.
    ///
    /// - Returns: the file and what it holds; ``Journal/Contents/torn`` says how many bytes were cut.
    public static func reopen(_ path: String) throws(JournalError) -> Reopened {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unwritable("\(path): \(Self.lastError)")
        }
        let file: JournalFile
        let contents: Journal.Contents
        do throws(JournalError) {
            contents = try Journal.read(try bytes(of: path), digest: Journal.sha256)
        } catch {
            close(descriptor)
            throw error
        }
        file = JournalFile(path: path, descriptor: descriptor, length: contents.length)
        if contents.torn > 0 {
            guard ftruncate(descriptor, off_t(contents.length)) == 0, fsync(descriptor) == 0 else {
                throw .unwritable("\(path): \(Self.lastError)")
            }
        }
        return Reopened(file: file, contents: contents)
    }

    /// A journal that goes on.
    public struct Reopened {
        /// The file, to be gone on with.
        public let file: JournalFile
        public let contents: Journal.Contents
    }

    /// The bytes of a journal, to be looked at only.
    ///
    /// - Parameter limit: how many from its beginning are enough.
    public static func bytes(of path: String, atMost limit: Int = .max) throws(JournalError) -> [UInt8] {
        let descriptor: Int32
        do throws(GivenFile.Refusal) { descriptor = try GivenFile.open(path) } catch {
            throw error.isMissing ? .missing(path: path) : .closed("\(path): \(error.reason)")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .closed("\(path): \(lastError)") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private init(path: String, descriptor: Int32, length: Int) {
        self.path = path
        self.descriptor = descriptor
        self.length = length
    }

    deinit { close(descriptor) }

    /// Writes one line and waits until it is on stable storage. What a full disk let through of it is cut off again.
    public func append(_ line: [UInt8]) throws(JournalError) {
        var written = 0
        while written < line.count {
            let offset = off_t(length + written)
            let count = line.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress?.advanced(by: written), line.count - written, offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.lastError
                ftruncate(descriptor, off_t(length))
                throw .unwritable("\(path): \(reason)")
            }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .unwritable("\(path): \(Self.lastError)") }
        length += line.count
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    /// A new name is durable once its directory is.
    private static func syncDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
