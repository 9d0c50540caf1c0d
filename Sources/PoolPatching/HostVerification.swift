import Basics
import Hosts

/// How a host's packages compare with what the patches applied to it promised.
public struct HostVerification: Hashable, Sendable {
    /// The host's uuid.
    public var uuid: String
    /// The host's name.
    public var name: String
    /// The packages, in the order of their names; and an entry without package for each patch whose promise is not known.
    public var packages: [PackageVerdict]

    /// Whether something is not as promised.
    public var hasDrifted: Bool { packages.contains(where: \.isDrift) }
}

/// How one package of a host compares with its promise.
public struct PackageVerdict: Hashable, Sendable {
    /// What came of it.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// The promised build is installed, and its files are as they were packed (configuration files aside).
        case asPromised = "as_promised"
        /// The promised build is installed, and files of it were changed or are gone.
        case drifted
        /// No version of it is installed.
        case missing
        /// An earlier version is installed.
        case older
        /// A later version is installed, which no patch that is known here promised.
        case newer
        /// The promised version is installed from another package file.
        case otherBuild = "other_build"
        /// The patch's file is gone and was never looked into here, so that nothing can be compared.
        case unknown
    }

    /// The package's name; empty for a patch whose promise is not known.
    public var package: String
    /// The promised version, release and architecture.
    public var promised: String
    /// The installed versions.
    public var installed: [String]
    /// The uuid of the patch that promised it.
    public var patch: String
    /// The patch's label.
    public var patchLabel: String
    /// What came of it.
    public var state: State
    /// What rpm or dpkg found in its files.
    public var findings: [PackageFinding]

    /// Whether the host is not as promised. What can not be compared is not held against it, but shown.
    public var isDrift: Bool { state != .asPromised && state != .unknown }

    /// The verdict as names and texts, as `host.verify_packages` gives it.
    public var facts: KeyValuePairs<String, String> {
        [
            "package": package, "promised": promised, "installed": installed.joined(separator: " "), "patch": patch,
            "patch_label": patchLabel, "state": state.rawValue, "drift": "\(isDrift)",
            "findings": findings.map { $0.description.escaped(for: .line) }.joined(separator: "\n"),
        ]
    }
}
