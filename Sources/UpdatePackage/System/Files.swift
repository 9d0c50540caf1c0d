import Glibc
import SystemPackage

/// Removes a file or link; one that is not there is no error.
func removeFile(_ path: String) throws(Errno) {
    guard unlink(path) == 0 else {
        let error = Errno(rawValue: errno)
        if error == .noSuchFileOrDirectory { return }
        throw error
    }
}

/// Removes a directory with all that is in it, without following links. Failures are ignored: it is for clean-up.
func removeTree(_ path: String) {
    guard let directory = opendir(path) else {
        unlink(path)
        return
    }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    closedir(directory)
    for name in names {
        let child = path + "/" + name
        var info = stat()
        if lstat(child, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { removeTree(child) } else { unlink(child) }
    }
    rmdir(path)
}

/// Makes a directory that only we can enter, below `TMPDIR` (or `/tmp`). The caller removes it.
func makeTemporaryDirectory() throws(Errno) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return try makeTemporaryDirectory(named: parent + "/pitstop")
}

/// Makes a directory that only we can enter; its name is `prefix` and a random ending. The caller removes it.
package func makeTemporaryDirectory(named prefix: String) throws(Errno) -> String {
    var template = Array((prefix + ".XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Makes a directory and those above it where they are missing.
func makeDirectories(_ path: String, mode: UInt16 = 0o755) throws(Errno) {
    if mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
    let error = Errno(rawValue: errno)
    guard error == .noSuchFileOrDirectory, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw error
    }
    try makeDirectories(String(path[..<slash]), mode: mode)
    guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
}

/// Bytes of a file, or nil where there is none.
func fileSize(_ path: String) -> Int64? {
    var info = stat()
    return lstat(path, &info) == 0 ? Int64(info.st_size) : nil
}

/// The whole of a file, up to `limit` bytes; nil if there is more.
func readFile(_ path: String, limit: Int) throws -> [UInt8]? {
    let descriptor = try FileDescriptor.reading(path)
    let bytes = try descriptor.closeAfter { try descriptor.head(limit + 1) }
    return bytes.count > limit ? nil : bytes
}

/// What unfinished files end in, before the letters that tell one writer's from another's.
private let partialMark = ".partial-"

/// Writes a file whole or not at all: to a name of its own beside it, flushed, then renamed, and the folder flushed.
func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt16 = 0o644) throws {
    let partial = path + partialMark + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let descriptor = try FileDescriptor.open(
        FilePath(partial),
        .writeOnly,
        options: [.create, .exclusiveCreate, .noFollow],
        permissions: FilePermissions(rawValue: mode_t(mode))
    )
    do {
        try descriptor.closeAfter {
            try descriptor.writeAll(bytes)
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
        guard rename(partial, path) == 0 else { throw Errno(rawValue: errno) }
        try syncFolder(of: path)
    } catch {
        try? removeFile(partial)
        throw error
    }
}

/// Flushes the folder of a file, without which a new name may be lost with the power.
func syncFolder(of path: String) throws {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = try FileDescriptor.open(FilePath(folder), .readOnly, options: .directory)
    try descriptor.closeAfter {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}

/// Removes what writers left in a folder that were killed. Only for who keeps other writers out.
func removePartialFiles(in folder: String) {
    for name in (try? listDirectory(folder)) ?? [] where name.contains(partialMark) || name.hasSuffix(".partial") {
        try? removeFile(folder + "/" + name)
    }
}

/// The names in a directory, sorted by their bytes so that every machine sees the same order.
func listDirectory(_ path: String) throws(Errno) -> [String] {
    guard let directory = opendir(path) else { throw Errno(rawValue: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}
