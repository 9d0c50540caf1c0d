import Hosts
import UpdatePackage

/// One package of a snapshot: exactly these bytes.
public struct OfferedPackage: Codable, Hashable, Sendable {
    /// The package's name, such as `openssl`.
    public var name: String
    /// The epoch; 0 where the package has none.
    public var epoch: Int
    /// The version, such as `3.0.7`.
    public var version: String
    /// The release, such as `28.el9_4`.
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
        (self.name, self.epoch, self.version, self.release) = (name, epoch, version, release)
        (self.architecture, self.repository, self.size, self.sha256) = (architecture, repository, size, sha256)
        self.isKeptBeside = isKeptBeside
    }

    /// Its place in rpm's order.
    public var order: RPMVersion { RPMVersion(epoch: epoch, version: version, release: release) }

    /// What it is an update of: its name and architecture.
    public var identity: String { "\(name).\(architecture)" }

    /// `name-epoch:version-release.architecture`, without an epoch of 0.
    public var nevra: String { "\(name)-\(order).\(architecture)" }

    /// What its file is called: the same, without the epoch.
    public var fileName: String { "\(name)-\(version)-\(release).\(architecture).rpm" }
}

/// A package of a host's database of packages, with its epoch.
public struct PackageOnHost: Hashable, Sendable {
    /// The package's name.
    public var name: String
    /// Its epoch, version and release.
    public var order: RPMVersion
    /// Its architecture.
    public var architecture: String

    /// Creates an entry.
    public init(name: String, order: RPMVersion, architecture: String) {
        (self.name, self.order, self.architecture) = (name, order, architecture)
    }

    /// What packages are an update of.
    var identity: String { "\(name).\(architecture)" }
}
