/// What came of comparing one package on a host with the host's RPM database.
public struct PackageCheck: Hashable, Sendable {
    /// The package, as it was asked for.
    public var package: String
    /// Whether the host has it.
    public var isInstalled: Bool
    /// Digests of the installed package's header, such as `sha256:…` and `sha1:…`. The header holds the digests of all
    /// files, so a package file with the same header promises the same files.
    public var headers: Set<String>
    /// Everything that is not as the database says.
    public var findings: [PackageFinding]

    /// Creates a check.
    public init(package: String, isInstalled: Bool, headers: Set<String> = [], findings: [PackageFinding] = []) {
        self.package = package
        self.isInstalled = isInstalled
        self.headers = headers
        self.findings = findings
    }
}

/// One way in which a package on a host differs from what its RPM database says.
public enum PackageFinding: Hashable, Sendable {
    /// A file differs. `attributes` are rpm's letters for what does: `S` size, `M` mode and type, `5` digest, `D` device,
    /// `L` link, `U` owner, `G` group, `T` modification time, `P` capabilities, `?` could not be read.
    case changed(path: String, attributes: String, isConfiguration: Bool)
    /// A file is missing.
    case missing(path: String, isConfiguration: Bool)
    /// Anything else, in rpm's words: a dependency that nothing provides any more, a script that complains.
    case other(String)

    /// Whether the host has drifted by it. Files that the package marks as configuration are there to be edited.
    public var isDrift: Bool {
        switch self {
        case .changed(_, _, let isConfiguration): !isConfiguration
        case .missing, .other: true
        }
    }
}

extension PackageFinding: CustomStringConvertible {
    private static let words: [Character: String] = [
        "S": "size", "M": "mode", "5": "digest", "D": "device", "L": "link", "U": "owner", "G": "group", "T": "time",
        "P": "capabilities",
    ]

    /// The finding in words: `/usr/bin/openssl differs in size, digest, time`.
    public var description: String {
        switch self {
        case .changed(let path, let attributes, let isConfiguration):
            let names = attributes.compactMap { Self.words[$0] }
            let what = names.isEmpty ? "can not be read" : "differs in " + names.joined(separator: ", ")
            return "\(path)\(isConfiguration ? " (configuration)" : "") \(what)"
        case .missing(let path, let isConfiguration):
            return "\(path)\(isConfiguration ? " (configuration)" : "") is missing"
        case .other(let text): return text
        }
    }
}
