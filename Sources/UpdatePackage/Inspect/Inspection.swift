/// What can be said about an update file without running anything of it.
public struct Inspection: Hashable, Sendable, Codable {
    /// The file looked at.
    public var file: String
    /// Its kind.
    public var kind: PackageFile.Kind
    /// Its digests and size.
    public var digests: Digests
    /// What the update says of itself; nil where it can only be learnt by running it.
    public var info: PatchInfo?
    /// Every signature, and what came of checking it.
    public var signatures: [Signature]
    /// Why the file is not believed; nil where it is.
    public var distrust: PackageError.Problem?
    /// Bytes of the signed content.
    public var payloadSize: Int64
    /// The product version, or the expression for it, that the update asks for.
    public var productVersion: String?
    /// Hotfixes that must be applied before, by uuid or label as the package has them.
    public var requires: [String]
    /// Hotfixes that must not be applied, by uuid (and label) or label.
    public var conflicts: [String]
    /// Uuids of hotfixes whose stamps the update writes.
    public var includes: [String]
    /// Names of those hotfixes, by their uuids in lower case, as the update has them.
    public var labels: [String: String] = [:]
    /// The RPMs inside.
    public var rpms: [RPMFile]
    /// The Debian packages inside.
    public var debs: [DebFile]
    /// Every file inside: the zip's, the image's, or those of the package's archive.
    public var files: [ArchiveFile]
    /// For a zip: the packages inside.
    public var packages: [Inspection]
    /// SHA-256 of the signed content: the same for the same program, however often it was signed or wrapped; nil where nobody
    /// has taken it.
    public var payloadSHA256: String?
    /// What is wrong with the outside of the message, whatever the policy.
    var framing = Framing()
}

extension Inspection {
    /// The file names of the packages inside, of either kind.
    public var packageFileNames: [String] { rpms.map(\.fileName) + debs.map(\.fileName) }
}
