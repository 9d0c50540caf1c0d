import Foundation

/// Keeps other processes from changing a file while this one reads, changes and writes it.
struct FileLock {
    private let descriptor: Int32

    /// Waits for its turn.
    init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }

    func release() { close(descriptor) }
}
