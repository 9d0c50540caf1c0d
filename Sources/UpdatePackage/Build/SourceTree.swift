import Glibc

/// The files of a folder, as members of an archive: sorted, regular files only.
enum SourceTree {
    /// - Throws: ``PackageError`` for links and special files, which would not be the same on another machine.
    static func members(of folder: String, under prefix: String) throws -> [ArchiveMember] {
        var members: [ArchiveMember] = []
        let names: [String]
        do { names = try listDirectory(folder) } catch {
            throw PackageError(folder, .unreadable(reason: describe(error)))
        }
        for name in names {
            let path = folder + "/" + name
            var info = stat()
            guard lstat(path, &info) == 0 else { continue }
            switch info.st_mode & S_IFMT {
            case S_IFDIR: members += try self.members(of: path, under: prefix + "/" + name)
            case S_IFREG:
                let mode: UInt32 = info.st_mode & S_IXUSR != 0 ? 0o755 : 0o644
                members.append(ArchiveMember(path: prefix + "/" + name, content: .file(path), mode: mode))
            default:
                throw PackageError(path, .badArchive(reason: "only files and folders can go into the source archive"))
            }
        }
        return members
    }
}
