import SystemPackage

/// Looks into the update images of XenServer 7.
extension Inspector {
    /// The documents of an image that carry detached signatures.
    private static let signedDocuments = ["update.xml", "repodata/repomd.xml"]

    func inspectISO(_ file: String) async throws -> Inspection {
        var inspection = Inspection(file: file, kind: .iso, digests: try await .of(file: file))
        inspection.payloadSize = inspection.digests.size
        try checkLength(ofImage: file, size: inspection.digests.size)
        let copies = ImageCopies(folder: folder)
        defer { copies.discard() }
        try read(
            try ArchiveReader.open(file, formats: [.iso]),
            into: &inspection,
            keeping: copies.path
        )
        guard let xml = copies.read("update.xml") else {
            throw PackageError(file, .badArchive(reason: "the image holds no update.xml"))
        }
        do { inspection.info = try UpdateXML(parsing: xml).info } catch {
            throw PackageError(file, .badArchive(reason: error.reason))
        }
        for document in Self.signedDocuments { try await checkSignature(document, copies, &inspection) }
        if let flaw = try repositoryFlaw(copies, inspection.files) {
            inspection.distrust = inspection.distrust ?? .badArchive(reason: flaw)
        }
        if policy.pinned.contains(inspection.digests.sha256) { inspection.distrust = nil }
        return inspection
    }

    private func checkSignature(
        _ document: String,
        _ copies: ImageCopies,
        _ inspection: inout Inspection
    ) async throws {
        do {
            let path = copies.location(document)
            let status = try await Detached.check(signature: path + ".asc", of: path, policy: policy)
            inspection.signatures += status.signatures
            _ = try policy.judgeDetached(status, digests: inspection.digests, now: clockSeconds()).get()
        } catch let verdict as Verdict {
            inspection.distrust = inspection.distrust ?? verdict.problem
        }
    }

    private func repositoryFlaw(_ copies: ImageCopies, _ files: [ArchiveFile]) throws -> String? {
        guard let repomd = copies.read("repodata/repomd.xml") else { return "the image holds no repodata/repomd.xml" }
        return try Repository.flaw(repomd: repomd, files: files) { path in
            var reader = try ArchiveReader.open(copies.location(path), formats: [.raw])
            var watch = ArchiveGuard(limits)
            var bytes: [UInt8] = []
            guard try reader.next() != nil else { return [] }
            try reader.forEachChunk(limit: 64 << 20) { chunk, packed in
                try watch.unpacked(chunk.count, packed: packed)
                bytes += chunk
                return true
            }
            return bytes
        }
    }

    /// The primary volume descriptor (ECMA-119 §8.4) says how many 2 KiB blocks the image has.
    private func checkLength(ofImage file: String, size: Int64) throws {
        let descriptor = try FileDescriptor.reading(file)
        let field = try descriptor.closeAfter { try descriptor.bytes(at: 32_768 + 80, count: 4) }
        let blocks = field.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        if blocks * 2_048 > size { throw PackageError(file, .truncated) }
    }
}

/// Copies of an image's documents, under names of our own.
private struct ImageCopies {
    let folder: String

    /// Where the copy of a member goes; nil for members that are not needed.
    func path(_ member: String) -> String? {
        let wanted =
            ["update.xml", "update.xml.asc"].contains(member)
            || (member.hasPrefix("repodata/") && (member.contains("repomd.xml") || member.contains("primary.xml")))
        return wanted ? location(member) : nil
    }

    /// Names in the archive are hashed, so that they can not choose a path.
    func location(_ member: String) -> String {
        let isSignature = member.hasSuffix(".asc")
        let name = digest(Array((isSignature ? String(member.dropLast(4)) : member).utf8)).prefix(32)
        return "\(folder)/image-\(name)\(isSignature ? ".asc" : "")"
    }

    func read(_ member: String) -> [UInt8]? { (try? readFile(location(member), limit: 64 << 20)) ?? nil }

    func discard() {
        for name in (try? listDirectory(folder)) ?? [] where name.hasPrefix("image-") {
            try? removeFile(folder + "/" + name)
        }
    }
}
