import Glibc
import SystemPackage

/// Looks into an update file of any kind: a classic package, a 7.x image, or the delivery zip around one.
///
/// Nothing is run, and nothing is written but to a temporary folder. What is found is worth what ``Inspection/distrust``
/// says.
public func inspect(
    file: String,
    policy: TrustPolicy,
    limits: ArchiveLimits = ArchiveLimits()
) async throws(PackageError) -> Inspection {
    do {
        let folder = try makeTemporaryDirectory()
        defer { removeTree(folder) }
        return try await Inspector(policy: policy, limits: limits, folder: folder).inspect(file, nested: false)
    } catch let error as PackageError {
        throw error
    } catch let error as ArchiveError {
        throw PackageError(file, .badArchive(reason: error.reason))
    } catch let error as ToolError {
        throw PackageError(file, PackageError.Problem(error))
    } catch {
        throw PackageError(file, .unreadable(reason: describe(error)))
    }
}

private struct Inspector {
    /// Bytes of an RPM that hold its header; the rest is not needed to describe it.
    static let rpmHeadBytes: Int64 = 32 << 20
    /// Packages in one zip that are looked into.
    static let packagesInZip = 16

    var policy: TrustPolicy
    var limits: ArchiveLimits
    var folder: String

    func inspect(_ file: String, nested: Bool) async throws -> Inspection {
        switch try PackageFile.sniff(file: file) {
        case .signedBinary, .signedCleartext: return try await inspectClassic(file)
        case .iso: return try await inspectISO(file)
        case .zip where !nested: return try await inspectZip(file)
        case .zip: throw PackageError(file, .badArchive(reason: "a zip within a zip"))
        case .empty: throw PackageError(file, .empty)
        case .script, .other: throw PackageError(file, .notAPackage)
        }
    }

    // MARK: Classic packages

    private func inspectClassic(_ file: String) async throws -> Inspection {
        let payload = "\(folder)/payload"
        let found = try await examine(file: file, policy: policy, payloadTo: payload)
        defer { try? removeFile(payload) }
        let descriptor = try FileDescriptor.open(FilePath(payload), .readOnly)
        defer { try? descriptor.close() }
        let head = try descriptor.head(1 << 20)
        let archive = PayloadArchive.offset(in: head)
        let facts = ScriptFacts(head[..<(archive ?? head.count)])

        var inspection = Inspection(file: file, kind: found.kind, digests: found.digests)
        inspection.info = facts.info
        inspection.signatures = found.signatures
        if case .failure(let verdict) = found.trust { inspection.distrust = verdict.problem }
        inspection.payloadSize = found.payloadSize
        inspection.productVersion = facts["PRODUCT_VERSION", "PRODUCT_VERSION_REGEX"]
        inspection.requires = facts.list("REQUIRES")
        inspection.conflicts = facts.list("CONFLICTS")
        if let archive {
            try descriptor.seek(offset: Int64(archive), from: .start)
            let reader = try ArchiveReader.open(descriptor: descriptor.rawValue, formats: [.tar])
            try await read(reader, into: &inspection)
            inspection.includes = inspection.files.compactMap { $0.path.dropPrefix("included/") }
        }
        return inspection
    }

    /// Lists an archive, and describes the RPMs in it from copies of their beginnings.
    private func read(
        _ reader: consuming ArchiveReader,
        into inspection: inout Inspection,
        keeping kept: [String: String] = [:]
    ) async throws {
        let heads = "\(folder)/rpms-\(UInt32.random(in: 0...UInt32.max))"
        guard mkdir(heads, 0o700) == 0 else { throw Errno(rawValue: errno) }
        defer { removeTree(heads) }
        var copies: [(path: String, name: String)] = []
        inspection.files = try visitArchive(reader, limits: limits) { path, _ in
            if let copy = kept[path] { return (copy, 64 << 20) }
            guard path.hasSuffix(".rpm"), copies.count < 5_000 else { return nil }
            copies.append(("\(heads)/\(copies.count).rpm", lastComponent(path)))
            return (copies[copies.count - 1].path, Self.rpmHeadBytes)
        }
        var rpms = try await RPMFile.query(copies.map(\.path))
        for (index, copy) in copies.enumerated() { rpms[index].fileName = copy.name }
        inspection.rpms = rpms
    }

    // MARK: 7.x images

    private func inspectISO(_ file: String) async throws -> Inspection {
        var inspection = Inspection(file: file, kind: .iso, digests: try await .of(file: file))
        let signed = ["update.xml", "repodata/repomd.xml"]
        var kept: [String: String] = [:]
        for (index, name) in signed.enumerated() {
            kept[name] = "\(folder)/signed-\(index)"
            kept[name + ".asc"] = "\(folder)/signed-\(index).asc"
        }
        defer { for path in kept.values { try? removeFile(path) } }
        try await read(try ArchiveReader.open(file, formats: [.iso]), into: &inspection, keeping: kept)
        inspection.payloadSize = inspection.digests.size
        try checkLength(ofImage: file, size: inspection.digests.size)
        guard let xml = try? readFile("\(folder)/signed-0", limit: 1 << 20) else {
            throw PackageError(file, .badArchive(reason: "the image holds no update.xml"))
        }
        do { inspection.info = try UpdateXML(parsing: xml).info } catch {
            throw PackageError(file, .badArchive(reason: error.reason))
        }
        for index in signed.indices {
            let data = "\(folder)/signed-\(index)"
            let status = try await Detached.check(signature: data + ".asc", of: data, policy: policy)
            inspection.signatures += status.signatures
            let verdict = policy.judgeDetached(status, digests: inspection.digests)
            if case .failure(let verdict) = verdict { inspection.distrust = inspection.distrust ?? verdict.problem }
        }
        if policy.pinned.contains(inspection.digests.sha256) { inspection.distrust = nil }
        return inspection
    }

    /// The primary volume descriptor (ECMA-119 §8.4) says how many 2 KiB blocks the image has.
    private func checkLength(ofImage file: String, size: Int64) throws {
        let descriptor = try FileDescriptor.open(FilePath(file), .readOnly)
        let field = try descriptor.closeAfter { try descriptor.bytes(at: 32_768 + 80, count: 4) }
        let blocks = field.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        if blocks * 2_048 > size { throw PackageError(file, .truncated) }
    }

    // MARK: Delivery zips

    private func inspectZip(_ file: String) async throws -> Inspection {
        var inspection = Inspection(file: file, kind: .zip, digests: try await .of(file: file))
        inspection.payloadSize = inspection.digests.size
        var copies: [(path: String, name: String)] = []
        let reader = try ArchiveReader.open(file, formats: [.zip])
        inspection.files = try visitArchive(reader, limits: limits) { path, _ in
            guard DeliveryZip.isPackageName(path), copies.count < Self.packagesInZip else { return nil }
            copies.append(("\(folder)/package-\(copies.count)", path))
            return (copies[copies.count - 1].path, .max)
        }
        for copy in copies {
            var package = try await inspect(copy.path, nested: true)
            package.file = copy.name
            inspection.packages.append(package)
            try? removeFile(copy.path)
        }
        inspection.info = inspection.packages.count == 1 ? inspection.packages[0].info : nil
        return inspection
    }
}

extension Inspection {
    fileprivate init(file: String, kind: PackageFile.Kind, digests: Digests) {
        self.init(
            file: file,
            kind: kind,
            digests: digests,
            info: nil,
            signatures: [],
            distrust: nil,
            payloadSize: 0,
            productVersion: nil,
            requires: [],
            conflicts: [],
            includes: [],
            rpms: [],
            files: [],
            packages: []
        )
    }
}

extension String {
    /// The rest after `prefix`, or nil where the text does not begin with it.
    fileprivate func dropPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
