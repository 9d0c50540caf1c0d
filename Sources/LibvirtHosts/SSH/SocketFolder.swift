import Foundation
import Hosts
import UpdatePackage

/// A folder for the sockets of one process's connections. The next process removes what a killed one has left.
///
/// The names of sockets may have 107 bytes, so they can not be below a directory that somebody chose.
final class SocketFolder: Sendable {
    let path: String
    /// The lock on a file in it, which ends with the process however that ends.
    private let lock: Int32
    private static let parent = "/tmp"
    private static let prefix = "pitstop-sockets"
    private static let lockName = "lock"
    /// Seconds in which a folder may still be without its lock.
    private static let birth = 60.0

    /// Makes a folder that only this user can enter.
    ///
    /// - Throws: ``HostError/failed(host:reason:)``.
    init() throws(HostError) {
        Self.sweep()
        do {
            path = try makeTemporaryDirectory(named: "\(Self.parent)/\(Self.prefix)")
        } catch {
            let reason = "no folder can be made in \(Self.parent) for the hosts' connections: \(error)"
            throw .failed(host: "localhost", reason: reason)
        }
        lock = open("\(path)/\(Self.lockName)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw .failed(host: "localhost", reason: "the folder \(path) can not be locked")
        }
    }

    deinit { close(lock) }

    /// Removes it with all that is in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Removes the folders of this user's processes that are gone.
    private static func sweep() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR else {
                continue
            }
            let age = Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
            let lock = open("\(path)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            defer { if lock >= 0 { close(lock) } }
            let isAbandoned = lock >= 0 ? flock(lock, LOCK_EX | LOCK_NB) == 0 : age > birth
            if isAbandoned { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}
