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
    try await inspect(file: file, policy: policy, limits: limits, digesting: true)
}

/// ``inspect(file:policy:limits:)`` with or without the digests of the files inside.
func inspect(
    file: String,
    policy: TrustPolicy,
    limits: ArchiveLimits = ArchiveLimits(),
    digesting: Bool
) async throws(PackageError) -> Inspection {
    do {
        let folder = try makeTemporaryDirectory()
        defer { removeTree(folder) }
        return try await Inspector(policy: policy, limits: limits, folder: folder, digesting: digesting)
            .inspect(file, nested: false)
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

struct Inspector {
    /// Bytes of an RPM or Debian package that hold what it says of itself; the rest is not needed to describe it.
    static let packageHeadBytes: Int64 = 32 << 20
    /// Bytes of a stamp; those of XenServer have a few hundred.
    private static let stampBytes = 8 << 10
    /// RPMs and Debian packages of one archive that are described.
    static let describedPackages = 5_000
    /// Packages in one zip that are looked into.
    static let packagesInZip = 16

    var policy: TrustPolicy
    var limits: ArchiveLimits
    var folder: String
    /// Whether digests are taken of the files inside, which only articles and images need.
    var digesting = true

    func inspect(_ file: String, nested: Bool) async throws -> Inspection {
        switch try PackageFile.sniff(file: file) {
        case .signedBinary, .signedCleartext: return try await inspectClassic(file)
        case .iso: return try await inspectISO(file)
        case .zip where !nested: return try await inspectZip(file)
        case .zip: throw PackageError(file, .badArchive(reason: "a zip within a zip"))
        case .empty: throw PackageError(file, .empty)
        case .script: throw PackageError(file, .unsignedScript)
        case .other: throw PackageError(file, MessageFraming.problem(ofOther: try readHead(file, 64)))
        }
    }

    // MARK: Classic packages

    private func inspectClassic(_ file: String) async throws -> Inspection {
        let payload = "\(folder)/payload"
        let found = try await examine(file: file, policy: policy, payloadTo: payload)
        defer { try? removeFile(payload) }
        var inspection = Inspection(file: file, kind: found.kind, digests: found.digests)
        inspection.signatures = found.signatures
        if case .failure(let verdict) = found.trust { inspection.distrust = verdict.problem }
        inspection.payloadSize = found.payloadSize
        inspection.framing = found.framing
        try readPayload(payload, &inspection)
        return inspection
    }

    /// Reads what a payload's script says of itself, and lists the archive behind it.
    func readPayload(_ payload: String, _ inspection: inout Inspection) throws {
        let descriptor = try FileDescriptor.reading(payload)
        defer { try? descriptor.close() }
        let head = try descriptor.head(1 << 20)
        let archive = PayloadArchive.offset(in: head)
        let facts = ScriptFacts(head[..<(archive ?? head.count)])
        inspection.info = facts.info
        inspection.productVersion = facts["PRODUCT_VERSION", "PRODUCT_VERSION_REGEX"]
        inspection.requires = facts.list("REQUIRES")
        inspection.conflicts = facts.list("CONFLICTS")
        guard let archive else { return }
        try descriptor.seek(offset: Int64(archive), from: .start)
        let reader = try ArchiveReader.open(descriptor: descriptor.rawValue, formats: [.tar])
        try read(reader, into: &inspection)
        inspection.includes = inspection.files.compactMap { $0.path.dropPrefix("included/") }
    }

    /// Lists an archive, and describes the RPMs and Debian packages in it from their beginnings.
    func read(
        _ reader: consuming ArchiveReader,
        into inspection: inout Inspection,
        keeping copy: (String) -> String? = { _ in nil }
    ) throws {
        let heads = "\(folder)/heads-\(UInt32.random(in: 0...UInt32.max))"
        guard mkdir(heads, 0o700) == 0 else { throw Errno(rawValue: errno) }
        defer { removeTree(heads) }
        var rpms: [RPMFile] = []
        var labels: [String: String] = [:]
        var copies: [(path: String, name: String)] = []
        inspection.files = try visitArchive(reader, limits: limits, digesting: digesting) { path, _ in
            if let copy = copy(path) { return .copy(path: copy, limit: 64 << 20) }
            let name = lastComponent(path)
            if path.hasPrefix("included/") {
                return .head(needed: { $0.count < Self.stampBytes ? Self.stampBytes : nil }) { stamp in
                    let info = try? PatchInfo(parsing: String(decoding: stamp, as: UTF8.self))
                    if let info { labels[info.uuid.lowercased()] = info.nameLabel }
                }
            }
            guard rpms.count + copies.count < Self.describedPackages else { return .digests }
            if path.hasSuffix(".rpm") {
                return .head(needed: RPMReader.needed) { head in
                    rpms.append(try RPMReader.named(name, head))
                }
            }
            guard path.hasSuffix(".deb") else { return .digests }
            copies.append(("\(heads)/\(copies.count).deb", name))
            return .copy(path: copies[copies.count - 1].path, limit: Self.packageHeadBytes)
        }
        inspection.rpms = rpms
        inspection.labels = labels
        inspection.debs = try DebReader.describe(copies)
    }

    // MARK: Delivery zips

    private func inspectZip(_ file: String) async throws -> Inspection {
        var inspection = Inspection(file: file, kind: .zip, digests: try await .of(file: file))
        inspection.payloadSize = inspection.digests.size
        var copies: [(path: String, name: String)] = []
        let reader = try ArchiveReader.open(file, formats: [.zip])
        inspection.files = try visitArchive(reader, limits: limits) { path, _ in
            guard DeliveryZip.isPackageName(path), copies.count < Self.packagesInZip else { return .digests }
            copies.append(("\(folder)/package-\(copies.count)", path))
            return .copy(path: copies[copies.count - 1].path, limit: .max)
        }
        for copy in copies {
            do {
                var package = try await inspect(copy.path, nested: true)
                package.file = copy.name
                inspection.packages.append(package)
            } catch let error as PackageError {
                // The copy's own name means nothing to anybody.
                throw PackageError("\(file): \(copy.name)", error.problem, sha256: error.sha256)
            }
            try? removeFile(copy.path)
        }
        inspection.info = inspection.packages.count == 1 ? inspection.packages[0].info : nil
        return inspection
    }
}

extension Inspection {
    init(file: String, kind: PackageFile.Kind, digests: Digests) {
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
            debs: [],
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
