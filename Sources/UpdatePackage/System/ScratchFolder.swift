import Glibc
import SystemPackage

/// A folder for what is needed while something is made. Who makes it removes it; one that a killed process left is removed by
/// the next that makes one of the same name.
package struct ScratchFolder: Sendable {
    /// Where it is: its name and a random ending.
    package let path: String
    /// Holds a lock for as long as the process lives, by which others see that it is in use.
    private let descriptor: Int32

    /// Folders younger than this, in seconds, may belong to somebody who has not locked them yet.
    private static let shortestAge = 60

    /// Makes a folder that only we can enter, and removes abandoned ones.
    package init(named prefix: String) throws(Errno) {
        Self.removeAbandoned(prefix)
        path = try makeTemporaryDirectory(named: prefix)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    /// Removes the folder with all that is in it.
    package func remove() {
        removeTree(path)
        close(descriptor)
    }

    private static func removeAbandoned(_ prefix: String) {
        let slash = prefix.lastIndex(of: "/")
        let folder = slash.map { String(prefix[...$0]) } ?? "./"
        let start = (slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix) + "."
        for name in (try? listDirectory(folder)) ?? [] where name.hasPrefix(start) {
            let found = open(folder + name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard found >= 0 else { continue }
            defer { close(found) }
            var info = stat()
            guard fstat(found, &info) == 0, info.st_uid == geteuid(), time(nil) - info.st_mtim.tv_sec > shortestAge,
                flock(found, LOCK_EX | LOCK_NB) == 0
            else { continue }
            removeTree(folder + name)
        }
    }
}
