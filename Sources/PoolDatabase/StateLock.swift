import Foundation

/// Keeps a second server off a state directory for as long as this value lives.
///
/// The kernel drops the lock when the process ends, however it ends.
public final class StateLock: Sendable {
    private let descriptor: Int32

    /// Takes the directory, which must exist.
    ///
    /// - Throws: ``StoreError/inUse(path:)`` where another server has it, ``StoreError/disk(path:reason:)`` where it can not be
    ///   written.
    public init(directory: String) throws(StoreError) {
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .disk(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: directory)
        }
    }

    deinit { close(descriptor) }
}
