import Glibc
import SystemPackage

/// Keeps others, in this process and in other ones, from changing what a folder holds while one reads, changes and writes it.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// How long another may take, in tries of ten milliseconds.
    private static let tries = 1_000

    /// Waits for its turn, ten seconds at most; what writers left that were killed meanwhile is removed.
    ///
    /// - Throws: `resourceTemporarilyUnavailable` where somebody else does not finish.
    init(_ folder: String) throws(Errno) {
        let opened = open(folder + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw Errno(rawValue: errno) }
        var rest = Self.tries
        while flock(opened, LOCK_EX | LOCK_NB) != 0 {
            let error = Errno(rawValue: errno)
            rest -= 1
            guard error == .wouldBlock || error == .interrupted, rest > 0 else {
                close(opened)
                throw error
            }
            usleep(10_000)
        }
        descriptor = opened
        removePartialFiles(in: folder)
    }

    deinit { close(descriptor) }
}
