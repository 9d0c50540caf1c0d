import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The few calls on this machine's files that the hosts need, with `Errno` as their error. For paths that no program in a
/// sandbox can change; inside of a host's tree, use ``TreeFolder``.
enum FileSystem {
    /// Whether something has that name, a dangling link too.
    static func exists(_ path: FilePath) -> Bool {
        mode(path) != nil
    }

    /// Whether a folder (no link to one) has that name.
    static func isFolder(_ path: FilePath) -> Bool {
        mode(path).map { $0 & S_IFMT == S_IFDIR } ?? false
    }

    /// The type and permission bits of what has that name, links not followed.
    static func mode(_ path: FilePath) -> mode_t? {
        mode(path.string)
    }

    /// The same, for the paths of whole trees.
    static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    /// Makes a folder and those above it, where they are missing.
    static func makeFolders(_ path: FilePath, mode: mode_t = 0o755) throws(Errno) {
        if isFolder(path) { return }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try makeFolders(parent) }
        guard path.withPlatformString({ mkdir($0, mode) }) == 0 || errno == EEXIST else { throw .current }
    }

    /// Makes a symbolic link, unless something has its name.
    static func link(_ path: FilePath, to target: String) throws(Errno) {
        let made = path.withPlatformString { path in symlink(target, path) }
        guard made == 0 || errno == EEXIST else { throw .current }
    }

    /// The first `limit` bytes of a file.
    static func read(_ path: FilePath, limit: Int) throws(Errno) -> [UInt8] {
        try typed {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            return try file.closeAfter { try file.readAll(limit: limit) }
        }
    }

    /// Writes a file that everyone may read. A crash may cut it short: for what is made aside and synced as a whole.
    static func write(_ path: FilePath, _ bytes: [UInt8], executable: Bool = false) throws(Errno) {
        try typed {
            let options: FileDescriptor.OpenOptions = [.create, .truncate, .closeOnExec]
            let mode = FilePermissions(rawValue: executable ? 0o755 : 0o644)
            let file = try FileDescriptor.open(path, .writeOnly, options: options, permissions: mode)
            _ = try file.closeAfter {
                // Whatever the caller's umask is: these are files of a host, and of packages that are to be reproducible.
                guard fchmod(file.rawValue, mode.rawValue) == 0 else { throw Errno.current }
                return try file.writeAll(bytes)
            }
        }
    }

    /// Writes a file so that a crash leaves either the old one or the new one.
    static func replace(_ path: FilePath, with bytes: [UInt8], mode: FilePermissions = .ownerReadWrite) throws(Errno) {
        try typed {
            let new = FilePath(path.string + ".new")
            let options: FileDescriptor.OpenOptions = [.create, .truncate, .closeOnExec]
            do {
                let file = try FileDescriptor.open(new, .writeOnly, options: options, permissions: mode)
                try file.closeAfter {
                    try file.writeAll(bytes)
                    try file.sync()
                }
                try rename(new, to: path)
            } catch {
                // On a full disk half a file would keep room from others.
                try? remove(new)
                throw error
            }
        }
    }

    /// Lets the owner do everything with a file or folder, and nobody else do anything.
    static func closeToOthers(_ path: FilePath) throws(Errno) {
        guard path.withPlatformString({ chmod($0, 0o700) }) == 0 else { throw .current }
    }

    /// Renames, so that even after a crash of the machine the new name is there or the old one.
    static func rename(_ path: FilePath, to new: FilePath) throws(Errno) {
        let done = path.withPlatformString { from in new.withPlatformString { to in libcRename(from, to) } }
        guard done == 0 else { throw .current }
        try typed {
            let folder = try FileDescriptor.open(new.removingLastComponent(), .readOnly, options: [.directory])
            try folder.closeAfter { try folder.sync() }
        }
    }

    /// Removes a file or an empty folder; one that is not there is fine.
    static func remove(_ path: FilePath) throws(Errno) {
        let done = path.withPlatformString { libcRemove($0) }
        guard done == 0 || errno == ENOENT else { throw .current }
    }

    /// Bytes that a normal user may still write to the file system of a path.
    static func freeBytes(_ path: FilePath) throws(Errno) -> Int64 {
        var status = statvfs()
        guard path.withPlatformString({ statvfs($0, &status) }) == 0 else { throw .current }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// The names in a folder, in order.
    static func names(in folder: FilePath) throws(Errno) -> [String] {
        let opened: FileDescriptor = try typed {
            try FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
        }
        return try names(inOpen: opened)
    }

    /// The names in an open folder, in order; closes it.
    static func names(inOpen folder: FileDescriptor) throws(Errno) -> [String] {
        guard let stream = fdopendir(folder.rawValue) else {
            let error = Errno.current
            try? folder.close()
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes the folders of this user that processes which are gone have left in a folder for temporary files.
    ///
    /// - Parameters:
    ///   - prefix: how their names begin.
    ///   - age: seconds after which nobody is at work in one any more.
    static func removeLeftovers(in folder: FilePath, prefix: String, olderThan age: Int) {
        let now = time(nil)
        for name in (try? names(in: folder)) ?? [] where name.hasPrefix(prefix) {
            let path = folder.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
                now - status.st_mtim.tv_sec > age
            else { continue }
            try? removeTree(path)
        }
    }

    /// Removes a folder with all that is in it, links not followed; one that is not there is fine.
    static func removeTree(_ path: FilePath) throws(Errno) {
        try removeTree(path.string)
    }

    private static func removeTree(_ path: String) throws(Errno) {
        guard let mode = mode(path) else { return }
        if mode & S_IFMT == S_IFDIR {
            // An overlay leaves a folder without any permission behind.
            if mode & 0o700 != 0o700 { chmod(path, 0o700) }
            for name in try names(in: FilePath(path)) { try removeTree("\(path)/\(name)") }
        }
        guard libcRemove(path) == 0 || errno == ENOENT else { throw .current }
    }

    /// Runs calls whose only errors are `Errno`.
    static func typed<R>(_ body: () throws -> R) throws(Errno) -> R {
        do {
            return try body()
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }
}

// Members of the enumeration above would hide the C functions of these names.
private func libcRename(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int32 { rename(from, to) }
private func libcRemove(_ path: UnsafePointer<CChar>) -> Int32 { remove(path) }

extension Errno {
    /// The calling thread's `errno`.
    static var current: Errno { Errno(rawValue: errno) }
}

extension FileDescriptor {
    /// Reads from here to the end, but no more than `limit` bytes.
    func readAll(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = try chunk.withUnsafeMutableBytes { try read(into: $0) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return Array(bytes.prefix(limit))
    }

    /// Waits until what was written is on the disk.
    func sync() throws(Errno) {
        guard fsync(rawValue) == 0 else { throw .current }
    }
}
