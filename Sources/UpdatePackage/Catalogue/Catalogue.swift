/// What is known of all hotfixes: which exist, for which product versions, and how they depend on one another.
public struct Catalogue: Hashable, Sendable, Codable {
    /// One hotfix.
    public struct Update: Hashable, Sendable, Codable {
        /// The hotfix's uuid, in lower case.
        public var uuid: String
        /// Its label, such as `XS602ECC031`.
        public var label: String
        /// One line on what it does.
        public var description: String
        /// What must happen after it was applied.
        public var guidance: [String]
        /// The article's address; empty where there is none.
        public var article: String
        /// Where to download its zip; empty where it can not be.
        public var download: String
        /// When it was published, as the catalogue writes it.
        public var published: String
        /// Bytes that it takes on a host; 0 where that is not known.
        public var installationSize: Int64
        /// What an update can take at most, so that sums of such sizes stay numbers: more than any disk of a host has.
        static let largestInstallation: Int64 = 1 << 45
        /// Uuids of hotfixes that must be applied before.
        public var requires: [String]
        /// Uuids of hotfixes that must not be applied.
        public var conflicts: [String]
        /// Uuids of hotfixes that it contains: with it applied they count as applied.
        public var supersedes: [String]
        /// SHA-256 of every build of its package that the publisher vouches for.
        public var sha256: [String]

        /// Creates an update that depends on nothing.
        public init(uuid: String, label: String) {
            self.uuid = uuid.lowercased()
            self.label = label
            description = ""
            guidance = []
            article = ""
            download = ""
            published = ""
            installationSize = 0
            requires = []
            conflicts = []
            supersedes = []
            sha256 = []
        }
    }

    /// One version of the product.
    public struct Version: Hashable, Sendable, Codable {
        /// The product version, such as `6.0.2`.
        public var value: String
        /// The build number that a host must report; nil leaves it to ``value``.
        public var build: String?
        /// The version's name, such as `XenServer 6.0.2`.
        public var name: String
        /// Uuids of the hotfixes that belong to it.
        public var updates: [String]
        /// Uuids of the hotfixes with which a host is up to date, in order; nil where the catalogue does not say.
        public var minimal: [String]?

        /// Creates a version.
        public init(value: String, build: String? = nil, name: String, updates: [String], minimal: [String]? = nil) {
            self.value = value
            self.build = build
            self.name = name
            self.updates = updates
            self.minimal = minimal
        }
    }

    /// The versions, in the catalogue's order.
    public var versions: [Version]
    /// The hotfixes, in the catalogue's order.
    public var updates: [Update]

    /// Creates a catalogue.
    public init(versions: [Version], updates: [Update]) {
        self.versions = versions
        self.updates = updates
    }

    /// The version of a host: by build number where the catalogue has one, otherwise by product version.
    public func version(product: String, build: String?) -> Version? {
        if let build, let exact = versions.first(where: { $0.build == build && $0.value == product }) { return exact }
        return versions.first { $0.value == product && $0.build == nil }
            ?? versions.first { $0.value == product && build == nil }
    }
}

/// Why a catalogue is not used.
public struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole sentence.
    public var reason: String

    /// Creates an error from its sentence.
    public init(reason: String) { self.reason = reason }

    /// One sentence for the operator.
    public var description: String { reason }
}
