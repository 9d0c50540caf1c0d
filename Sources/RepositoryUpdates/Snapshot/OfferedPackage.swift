import Hosts
import UpdatePackage

/// One package of a snapshot: exactly these bytes.
public struct OfferedPackage: Codable, Hashable, Sendable {
    /// Whose package it is.
    public var format: PackageFormat
    /// The package's name, such as `openssl`.
    public var name: String
    /// The epoch; 0 where the package has none.
    public var epoch: Int
    /// The version, such as `3.0.7`; of a Debian package all but the epoch, such as `3.0.15-1~deb12u1`.
    public var version: String
    /// The release, such as `28.el9_4`; empty for a Debian package.
    public var release: String
    /// The architecture, such as `x86_64`.
    public var architecture: String
    /// The id of the repository that offers it.
    public var repository: String
    /// Bytes of the package's file.
    public var size: Int64
    /// The file's SHA-256, as the repository's metadata give it: 64 lower-case hexadecimal digits.
    public var sha256: String
    /// Whether the host's tool would keep the installed version beside it, as it does with kernels.
    public var isKeptBeside: Bool

    /// Creates a package.
    public init(
        format: PackageFormat = .rpm,
        name: String,
        epoch: Int = 0,
        version: String,
        release: String,
        architecture: String,
        repository: String,
        size: Int64,
        sha256: String,
        isKeptBeside: Bool = false
    ) {
        self.format = format
        (self.name, self.epoch, self.version, self.release) = (name, epoch, version, release)
        (self.architecture, self.repository, self.size, self.sha256) = (architecture, repository, size, sha256)
        self.isKeptBeside = isKeptBeside
    }

    /// Its place in the order of versions.
    var order: PackageOrder {
        switch format {
        case .rpm: .rpm(RPMVersion(epoch: epoch, version: version, release: release))
        case .deb:
            // Of a version that is none nothing is newer.
            .deb(DebVersion("\(epoch):\(version)") ?? DebVersion(epoch: epoch, upstream: version, revision: ""))
        }
    }

    /// What it is an update of: its name and architecture.
    public var identity: String { "\(name).\(architecture)" }

    /// `name-epoch:version-release.architecture`, or `name_epoch:version_architecture`, without an epoch of 0.
    public var nevra: String {
        format == .rpm ? "\(name)-\(order).\(architecture)" : "\(name)_\(order)_\(architecture)"
    }

    /// What its file is called: the same, without the epoch.
    public var fileName: String {
        format == .rpm
            ? "\(name)-\(version)-\(release).\(architecture).rpm" : "\(name)_\(version)_\(architecture).deb"
    }
}

/// A package of a host's database of packages, with its epoch.
struct PackageOnHost: Hashable, Sendable {
    var name: String
    var order: PackageOrder
    var architecture: String

    /// What packages are an update of.
    var identity: String { "\(name).\(architecture)" }
}
