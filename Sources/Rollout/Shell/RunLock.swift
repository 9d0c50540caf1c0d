#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One run at a time per pool: whoever holds this lock may carry a run out. The system takes it back from a process that
/// died; the name of the run stays in the file, so that the next process knows which run it has to take over.
public struct RunLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Whether this process may write the lock at all; told apart from a lock that another process holds.
    static func isWritable(_ directory: String) -> Bool {
        access(directory + "/active", F_OK) == 0
            ? access(directory + "/active", R_OK | W_OK) == 0 : access(directory, W_OK | X_OK) == 0
    }

    /// Takes the lock of a `runs/` directory; nil where another process holds it, or it can not be written.
    public init?(directory: String) {
        let descriptor = open(directory + "/active", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    /// The run that is active: carried out now, or left behind by a controller that died. Nil where there is none.
    public var run: String? {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Says durably which run is active; nil at its end.
    ///
    /// - Returns: whether it is on stable storage.
    public func set(run: String?) -> Bool {
        let bytes = Array((run ?? "").utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            return false
        }
        return fsync(descriptor) == 0
    }

    /// Lets another process, or another keeper of this one, take the lock.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
