/// Reads the control data of Debian packages (deb(5)): an `ar` archive of a mark, a tar with the control data, and one with
/// the files, which is not looked into.
enum DebReader {
    /// Bytes of a package's control archive, and of one file of it, at most. Those of Debian are far below.
    private static let limit: Int64 = 16 << 20

    /// Describes package files, of which the beginnings are enough.
    ///
    /// - Parameter files: their paths, and the names to use for them.
    static func describe(_ files: [(path: String, name: String)]) throws(ArchiveError) -> [DebFile] {
        var debs: [DebFile] = []
        for file in files {
            do throws(ArchiveError) {
                debs.append(try describe(file.path, name: file.name))
            } catch {
                throw ArchiveError(reason: "\(file.name) is no Debian package: \(error.reason)")
            }
        }
        return debs
    }

    private static func describe(_ path: String, name: String) throws(ArchiveError) -> DebFile {
        var outer = try ArchiveReader.open(path, formats: [.ar])
        guard let mark = try outer.next(), mark.path == "debian-binary",
            try outer.bytes(limit: 64).starts(with: Array("2.".utf8))
        else { throw ArchiveError(reason: "it does not begin as one of format 2") }
        guard let member = try outer.next(), member.path.hasPrefix("control.tar") else {
            throw ArchiveError(reason: "it holds no control data where they belong")
        }
        let archive = try outer.bytes(limit: limit)
        var control: [UInt8]?
        var sums: [UInt8]?
        try ArchiveReader.read(archive, formats: [.tar]) { inner throws(ArchiveError) in
            while let entry = try inner.next() {
                switch entry.path {
                case "control" where entry.kind == .file: control = try inner.bytes(limit: 1 << 20)
                case "md5sums" where entry.kind == .file: sums = try inner.bytes(limit: limit)
                default: break
                }
            }
        }
        guard let control else { throw ArchiveError(reason: "it holds no control file") }
        return try DebFile(control: control, sums: sums, fileName: name)
    }
}

extension ArchiveReader {
    /// The bytes of the current member, of which there may be so many.
    fileprivate mutating func bytes(limit: Int64) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            try forEachChunk(limit: limit) { chunk, _ in
                bytes += chunk
                return true
            }
        } catch let error as ArchiveError {
            throw error
        } catch {
            throw ArchiveError(reason: describe(error))
        }
        return bytes
    }
}
