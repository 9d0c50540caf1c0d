import Foundation
import PoolDatabase

/// Keeps a state directory to its owner, whoever made it and whatever was in it: passwords' hashes, keys, and the trees of
/// hosts are nobody else's business.
enum StateAccess {
    /// Closes the directory itself.
    ///
    /// - Throws: ``OperatorError`` where it is none, or somebody else's.
    static func closeTop(of path: String) throws {
        let found = try look(path)
        guard !found.isLink else {
            throw OperatorError("The state directory \(path) is a symbolic link: name the directory that it points to.")
        }
        guard found.isFolder else {
            throw OperatorError("\(path) is no directory: name another one with --state.")
        }
        try assertOurs(found, path)
        try close(path, found)
    }

    /// Closes everything in it: nobody else reads, writes or enters what is there, whoever made it.
    ///
    /// The trees of hosts are systems of their own, whose files keep their modes; nobody gets to them.
    ///
    /// - Throws: ``OperatorError`` for what belongs to somebody else, who could change it at any time, and for links to
    ///   places outside.
    static func closeContents(of path: String) throws {
        // A file system has a folder of its own where the directory is its root.
        for name in try names(in: path) where name != "lost+found" { try closeAll(path + "/" + name, isTop: true) }
    }

    private static func closeAll(_ path: String, isTop: Bool) throws {
        let found = try look(path)
        if found.isLink {
            guard !isTop else {
                throw OperatorError(
                    "\(path) is a symbolic link, which a state directory does not follow: put there what it points to, or "
                        + "mount it there."
                )
            }
            return try assertOurs(found, path)
        }
        try assertOurs(found, path)
        try close(path, found)
        guard found.isFolder, !isTop || !holdsTrees(path) else { return }
        for name in try names(in: path) { try closeAll(path + "/" + name, isTop: false) }
    }

    /// Whether a folder of the state directory holds hosts' trees, or what they are made from.
    private static func holdsTrees(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return ["hosts", "embedded"].contains(name) || name.hasPrefix(LostPool.asidePrefix)
    }

    private static func close(_ path: String, _ found: FileStatus) throws {
        let mode = found.permissions
        guard mode & 0o077 != 0 else { return }
        guard chmod(path, mode & 0o700) == 0 else {
            throw OperatorError("\(path) can not be closed to others (\(reason())): see to its permissions.")
        }
    }

    private static func assertOurs(_ found: FileStatus, _ path: String) throws {
        guard found.owner == geteuid() else {
            throw OperatorError(
                "\(path) belongs to user \(found.owner), and this is user \(geteuid()): give it to the user that serves the "
                    + "pool (chown), or name another directory with --state."
            )
        }
    }

    private static func look(_ path: String) throws -> FileStatus {
        guard let found = FileStatus(notFollowing: path) else {
            throw OperatorError("\(path) can not be looked at (\(reason())): see to its permissions.")
        }
        return found
    }

    private static func names(in path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw OperatorError("\(path) can not be read (\(error.localizedDescription)): see to its permissions.")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
