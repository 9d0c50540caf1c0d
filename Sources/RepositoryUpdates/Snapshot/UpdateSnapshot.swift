import Basics
import Crypto

/// What the repositories of a pool's hosts offered at one moment: for each class of hosts exactly one set of packages.
public struct UpdateSnapshot: Codable, Hashable, Sendable {
    /// The number of this form of the document.
    public static let format = 1

    /// The form in which it is written.
    public var format: Int
    /// When it was taken, in seconds since the epoch.
    public var taken: Int64
    /// Which updates were wanted.
    public var request: UpdateRequest
    /// The classes of hosts, the largest first.
    public var classes: [HostClass]

    /// Creates a snapshot.
    public init(taken: Int64, request: UpdateRequest, classes: [HostClass]) {
        format = Self.format
        (self.taken, self.request, self.classes) = (taken, request, classes)
    }

    /// All packages, each file once, by their checksums.
    public var files: [String: OfferedPackage] {
        Dictionary(classes.flatMap(\.packages).map { ($0.sha256, $0) }) { first, _ in first }
    }

    /// The SHA-256 of what would be installed where: of two snapshots with the same digest one is as good as the other,
    /// whenever they were taken, and from however many hosts.
    public var digest: String {
        let lines = ["pitstop snapshot \(format)"] + classes.map(\.digest).sorted()
        return SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)).hex
    }
}

/// Hosts that are alike: of one release and architecture, with the same repositories.
public struct HostClass: Codable, Hashable, Sendable {
    /// The product, as the hosts call it, such as `AlmaLinux`.
    public var product: String
    /// Its version, such as `9.4`.
    public var release: String
    /// The machine type, such as `x86_64`.
    public var architecture: String
    /// The repositories that the hosts have, by their ids.
    public var repositories: [Repository]
    /// The hosts' names.
    public var hosts: [String]
    /// What is to be installed, by names.
    public var packages: [OfferedPackage]
    /// Why, by numbers.
    public var advisories: [Advisory]
    /// Hosts that are not as the others.
    public var differences: [Difference]

    /// A way in which one host differs from its like.
    public struct Difference: Codable, Hashable, Sendable {
        /// The host's name.
        public var host: String
        /// In what, as the second half of a sentence that begins with the host's name.
        public var text: String

        /// Creates a difference.
        public init(host: String, text: String) { (self.host, self.text) = (host, text) }
    }

    /// Creates a class.
    public init(
        product: String,
        release: String,
        architecture: String,
        repositories: [Repository],
        hosts: [String],
        packages: [OfferedPackage],
        advisories: [Advisory] = [],
        differences: [Difference] = []
    ) {
        (self.product, self.release, self.architecture) = (product, release, architecture)
        (self.repositories, self.hosts) = (repositories, hosts)
        (self.packages, self.advisories, self.differences) = (packages, advisories, differences)
    }

    /// `AlmaLinux 9.4 x86_64`.
    public var name: String { [product, release, architecture].filter { !$0.isEmpty }.joined(separator: " ") }

    /// Bytes of the packages.
    public var size: Int64 { packages.reduce(0) { $0.addingReportingOverflow($1.size).partialValue } }

    /// The SHA-256 of what the class is and of the packages that it gets.
    public var digest: String {
        var lines = ["class \(product)|\(release)|\(architecture)"]
        lines += repositories.map { "repository \($0.id)|\($0.sources.joined(separator: "|"))" }.sorted()
        lines += packages.map { "package \($0.nevra) \($0.sha256) \($0.size)" }.sorted()
        return SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)).hex
    }
}

extension UpdateSnapshot {
    /// The class with a host of that name; the only one where none is named.
    ///
    /// - Throws: ``RepositoryError/severalClasses(_:)`` or ``RepositoryError/noClass(host:)``.
    public func hostClass(with host: String?) throws(RepositoryError) -> HostClass {
        if let host {
            guard let found = classes.first(where: { $0.hosts.contains(host) }) else { throw .noClass(host: host) }
            return found
        }
        guard let first = classes.first else { throw .nothingNew }
        guard classes.count == 1 else {
            throw .severalClasses(classes.map { "\($0.name): \($0.hosts.joined(separator: ", "))" })
        }
        return first
    }
}
