import Foundation

/// A folder that belongs to the user who runs this program, and to nobody else.
public enum PrivateFolder {
    /// Makes a folder where there is none, and closes one that is open to others: mode 0700 whatever it had before.
    ///
    /// - Throws: ``StorageError/notOurs(path:owner:)`` where it belongs to another user, ``StorageError/foreign(path:reason:)``
    ///   where the name is a link or no folder.
    public static func secure(_ path: String) throws(StorageError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            guard errno == ENOENT, let parent = parent(of: path) else { throw unusable(path) }
            try secure(parent)
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unusable(path) }
        }
        // O_NOFOLLOW: a link could be turned to another folder between this look and the next use.
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOTDIR || errno == ELOOP else { throw unusable(path) }
            throw .foreign(path: path, reason: "it is a link or a file, not a folder")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unusable(path) }
        guard status.st_uid == geteuid() else { throw .notOurs(path: path, owner: status.st_uid) }
        if status.st_mode & 0o777 != 0o700 {
            guard fchmod(descriptor, 0o700) == 0 else { throw unusable(path) }
        }
    }

    /// Makes what was renamed or made in a folder durable under its name.
    static func sync(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unusable(path) }
    }

    static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? nil : String(path[..<slash])
    }
}

/// The error of the last system call.
func unusable(_ path: String) -> StorageError { .unusable(path: path, reason: String(cString: strerror(errno))) }
