/// What a payload brings to a host.
public struct PayloadContents: Hashable, Sendable {
    /// The RPMs.
    public var rpms: [RPMFile]
    /// The Debian packages.
    public var debs: [DebFile]
    /// Uuids of the hotfixes whose stamps it writes as well.
    public var includes: [String]
}

/// Looks into the payload of a package that has been verified.
public func contents(
    ofPayload payload: String,
    limits: ArchiveLimits = ArchiveLimits()
) async throws(PackageError) -> PayloadContents {
    do {
        let folder = try makeTemporaryDirectory()
        defer { removeTree(folder) }
        var inspection = Inspection(file: payload, kind: .other, digests: Digests(sha256: "", md5: "", size: 0))
        try Inspector(policy: TrustPolicy(), limits: limits, folder: folder, digesting: false)
            .readPayload(payload, &inspection)
        return PayloadContents(rpms: inspection.rpms, debs: inspection.debs, includes: inspection.includes)
    } catch let error as PackageError {
        throw error
    } catch let error as ArchiveError {
        throw PackageError(payload, .badArchive(reason: error.reason))
    } catch {
        throw PackageError(payload, .unreadable(reason: describe(error)))
    }
}
