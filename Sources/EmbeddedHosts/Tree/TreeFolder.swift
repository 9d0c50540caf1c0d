import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An open folder inside of a host's tree, reached without following a single link.
///
/// Programs own their tree: one may leave `/var/patch` as a link to a folder of the machine's user. What this machine
/// writes to or reads from a tree goes through here, so that such a link is an error and not a way out.
struct TreeFolder: ~Copyable {
    private let folder: FileDescriptor

    /// Opens `path` (names only, no `..`) below the tree.
    init(_ path: [String], in tree: FilePath, creating: Bool = false) throws(Errno) {
        var current: FileDescriptor = try FileSystem.typed {
            try FileDescriptor.open(tree, .readOnly, options: [.directory, .closeOnExec, .noFollow])
        }
        for name in path {
            if creating { _ = mkdirat(current.rawValue, name, 0o755) }
            let next = openat(current.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let error = Errno.current
            try? current.close()
            guard next >= 0 else { throw error }
            current = FileDescriptor(rawValue: next)
        }
        folder = current
    }

    deinit { try? folder.close() }

    /// The names in this folder, in order.
    func names() throws(Errno) -> [String] {
        let copy = openat(folder.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw .current }
        return try FileSystem.names(inOpen: FileDescriptor(rawValue: copy))
    }

    /// A regular file's `limit` bytes from `offset` on, and its modification time in seconds since the epoch; nil for anything else.
    func readFile(_ name: String, from offset: Int64 = 0, limit: Int) throws(Errno) -> (
        bytes: [UInt8], modified: Int64
    )? {
        // Not blocking: a program may have left a FIFO here.
        let opened = openat(folder.rawValue, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else {
            if errno == ELOOP || errno == ENXIO { return nil }
            throw .current
        }
        let file = FileDescriptor(rawValue: opened)
        return try FileSystem.typed {
            try file.closeAfter {
                var status = stat()
                guard fstat(opened, &status) == 0 else { throw Errno.current }
                guard status.st_mode & S_IFMT == S_IFREG else { return nil }
                if offset > 0 { try file.seek(offset: offset, from: .start) }
                return (try file.readAll(limit: limit), Int64(status.st_mtim.tv_sec))
            }
        }
    }

    /// Writes a file of that mode, complete or not at all; `fill` writes its contents.
    func replaceFile(_ name: String, mode: mode_t, fill: (FileDescriptor) throws -> Void) throws(Errno) {
        let new = ".new-\(name)"
        try removeFile(new)
        let opened = openat(folder.rawValue, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw .current }
        let file = FileDescriptor(rawValue: opened)
        do throws(Errno) {
            try FileSystem.typed {
                try file.closeAfter {
                    try fill(file)
                    guard fchmod(opened, mode) == 0 else { throw Errno.current }
                    try file.sync()
                }
            }
            guard renameat(folder.rawValue, new, folder.rawValue, name) == 0 else { throw .current }
        } catch {
            unlinkat(folder.rawValue, new, 0)
            throw error
        }
    }

    /// Makes a symbolic link, unless something has its name.
    func linkName(_ name: String, to target: String) throws(Errno) {
        guard symlinkat(target, folder.rawValue, name) == 0 || errno == EEXIST else { throw .current }
    }

    /// Removes a file; one that is not there is fine.
    func removeFile(_ name: String) throws(Errno) {
        guard unlinkat(folder.rawValue, name, 0) == 0 || errno == ENOENT else { throw .current }
    }
}
