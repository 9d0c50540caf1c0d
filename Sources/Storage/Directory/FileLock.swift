import Foundation

/// A lock of the system on a file. It goes with the value, and with the process however that ends.
public final class FileLock: Sendable {
    let descriptor: Int32
    let path: String

    /// Waits for its turn. Never call it on the cooperative pool where others hold the lock for long.
    public static func waiting(_ path: String) throws(StorageError) -> FileLock {
        while true {
            let lock = try FileLock(path)
            while flock(lock.descriptor, LOCK_EX) != 0 { guard errno == EINTR else { throw unusable(path) } }
            if lock.isInPlace { return lock }
        }
    }

    /// Takes the lock; nil while somebody else has it.
    public static func ifFree(_ path: String) throws(StorageError) -> FileLock? {
        let lock = try FileLock(path)
        guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw unusable(path) }
            return nil
        }
        return lock.isInPlace ? lock : nil
    }

    private init(_ path: String) throws(StorageError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path) }
        fchmod(descriptor, 0o600)
    }

    /// Whether the locked file is still the one under the path: a lock on a file that was removed holds nobody off.
    var isInPlace: Bool {
        var (ours, there) = (stat(), stat())
        return fstat(descriptor, &ours) == 0 && lstat(path, &there) == 0 && ours.st_ino == there.st_ino
            && ours.st_dev == there.st_dev
    }

    deinit {
        // Closing alone would not do: a process that is being started holds a copy of the descriptor for a moment.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
