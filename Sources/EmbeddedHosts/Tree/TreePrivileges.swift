import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HostTree {
    /// Takes from the files of a tree what would give rights on this machine to whoever finds them: set-user-id and
    /// set-group-id bits, and devices.
    ///
    /// In a tree they are as good as none: nothing there runs as another user. Outside, a shell of the server's user with
    /// that bit is that user's account. No program may run in the tree meanwhile.
    static func withdrawPrivileges(in tree: FilePath) throws(Errno) {
        var walk = try TreeWalk(tree)
        while let (name, status) = try walk.next() {
            switch status.st_mode & S_IFMT {
            case S_IFREG where status.st_mode & 0o6000 != 0: try walk.setMode(name, status.st_mode & 0o1777)
            // An overlay marks what was removed from the machine's /usr with a device of number 0, which is none.
            case S_IFCHR where status.st_rdev == 0: break
            case S_IFCHR, S_IFBLK: try walk.remove(name)
            case S_IFDIR:
                // A folder that its owner can not look into may still be open to others.
                if status.st_mode & 0o500 != 0o500 { try walk.setMode(name, status.st_mode & 0o7777 | 0o500) }
                try walk.enter(name)
            default: break
            }
        }
    }
}

/// A walk through all that is below a folder, without following a link and with one open folder at a time: trees belong to
/// programs, which may make them deeper than a path or the number of descriptors reaches.
private struct TreeWalk: ~Copyable {
    private var folder: Int32
    /// What is left of each folder on the way here.
    private var left: [[String]]

    init(_ tree: FilePath) throws(Errno) {
        let opened: FileDescriptor = try FileSystem.typed {
            try FileDescriptor.open(tree, .readOnly, options: [.directory, .closeOnExec, .noFollow])
        }
        do throws(Errno) {
            left = [try Self.names(in: opened.rawValue)]
        } catch {
            try? opened.close()
            throw error
        }
        folder = opened.rawValue
    }

    deinit { close(folder) }

    /// The next name in the folder where the walk is, which is left for the one above when there is none; nil at the end.
    mutating func next() throws(Errno) -> (String, stat)? {
        while let level = left.indices.last {
            guard let name = left[level].popLast() else {
                left.removeLast()
                if !left.isEmpty { try move(to: "..") }
                continue
            }
            var status = stat()
            if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return (name, status) }
            guard errno == ENOENT else { throw .current }
        }
        return nil
    }

    /// Goes on with what is in a folder.
    mutating func enter(_ name: String) throws(Errno) {
        try move(to: name)
        left.append(try Self.names(in: folder))
    }

    func setMode(_ name: String, _ mode: mode_t) throws(Errno) {
        guard fchmodat(folder, name, mode, 0) == 0 else { throw .current }
    }

    func remove(_ name: String) throws(Errno) {
        guard unlinkat(folder, name, 0) == 0 else { throw .current }
    }

    private mutating func move(to name: String) throws(Errno) {
        let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard next >= 0 else { throw .current }
        close(folder)
        folder = next
    }

    private static func names(in folder: Int32) throws(Errno) -> [String] {
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw .current }
        return try FileSystem.names(inOpen: FileDescriptor(rawValue: copy))
    }
}
