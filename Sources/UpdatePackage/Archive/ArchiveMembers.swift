import SystemPackage

/// A member of an archive to be written: a file on disk, or bytes at hand.
struct ArchiveMember: Sendable {
    enum Content: Sendable {
        case file(String)
        case bytes([UInt8])
    }

    var path: String
    var content: Content
    var mode: UInt32 = 0o644
}

extension ArchiveWriter {
    /// Adds members in the order given, reading files in pieces.
    func add(_ members: [ArchiveMember], modified: Int64?) throws {
        for member in members {
            switch member.content {
            case .bytes(let bytes):
                try addFile(member.path, size: Int64(bytes.count), mode: member.mode, modified: modified)
                try bytes.withUnsafeBytes { try write($0) }
            case .file(let source): try addFile(member, from: source, modified: modified)
            }
        }
    }

    private func addFile(_ member: ArchiveMember, from source: String, modified: Int64?) throws {
        let descriptor = try FileDescriptor.reading(source)
        defer { try? descriptor.close() }
        try addFile(
            member.path,
            size: try descriptor.seek(offset: 0, from: .end),
            mode: member.mode,
            modified: modified
        )
        var offset: Int64 = 0
        while true {
            let chunk = try descriptor.bytes(at: offset, count: 1 << 18)
            if chunk.isEmpty { return }
            offset += Int64(chunk.count)
            try chunk.withUnsafeBytes { try write($0) }
        }
    }
}

/// Writes a whole archive to a new file, or nothing.
func writeArchive(_ path: String, _ format: ArchiveWriter.Format, _ members: [ArchiveMember], modified: Int64?) throws {
    try writeNewFile(path) { descriptor in
        let writer = try ArchiveWriter.begin(format, descriptor: descriptor.rawValue)
        try writer.add(members, modified: modified)
        try writer.finish()
    }
}

/// Opens a new file (mode 0644), replacing one of that name, and removes it again if `body` fails.
func writeNewFile(_ path: String, _ body: (FileDescriptor) throws -> Void) throws {
    try removeFile(path)
    let descriptor = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .exclusiveCreate, .noFollow],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
    )
    do {
        try descriptor.closeAfter { try body(descriptor) }
    } catch {
        try? removeFile(path)
        throw error
    }
}
