/// What a publisher writes down about a hotfix; everything that is published follows from it and from the RPMs.
public struct Manifest: Hashable, Sendable {
    /// Another hotfix, by the uuid that counts and the label that people know.
    public struct Hotfix: Hashable, Sendable {
        /// The hotfix's uuid.
        public var uuid: String
        /// Its label, such as `XS602ECC024`.
        public var label: String
        /// The number of its article, such as `CTX202613`; empty where none is known.
        public var article: String

        /// Creates a reference to a hotfix.
        public init(uuid: String, label: String, article: String = "") {
            self.uuid = uuid
            self.label = label
            self.article = article
        }
    }

    /// What only the article says.
    public struct ArticleFields: Hashable, Sendable {
        /// The product's name, such as `XenServer 6.0.2 Common Criteria`.
        public var product = ""
        /// The number of the security bulletin, such as `CTX209443`.
        public var bulletin = ""
        /// The bulletin's title.
        public var bulletinTitle = ""
        /// Other issues that the hotfix resolves, a sentence each.
        public var issues: [String] = []
        /// Whether it touches the claims of the Security Target; nil says nothing about that.
        public var affectsSecurityClaims: Bool?

        /// Creates empty fields.
        public init() {}
    }

    /// The hotfix's label: part of all file names, so only letters, digits, `.`, `_` and `-`.
    public var label: String
    /// The hotfix's uuid.
    public var uuid: String
    /// The package's version, such as `1.0`.
    public var version: String
    /// One line for `name-description`.
    public var description: String
    /// The product version that a host must have, exactly.
    public var productVersion: String
    /// A POSIX basic regular expression that must match the host's whole build number; nil allows every build.
    public var build: String?
    /// When the hotfix was made, in seconds since the epoch; every time in the package is this one.
    public var date: Int64
    /// What must happen after it was applied.
    public var guidance: [Guidance]
    /// Hotfixes that must be applied before.
    public var requires: [Hotfix]
    /// Hotfixes that must not be applied.
    public var conflicts: [Hotfix]
    /// Hotfixes that this one contains; their stamps are written too.
    public var includes: [Hotfix]
    /// Whether hosts whose VMs have ISO images mounted are refused.
    public var refusesMountedISO: Bool
    /// What only the article says.
    public var article: ArticleFields
    /// The folder of the RPMs, relative to the manifest's own; nil where the command line names it.
    public var rpms: String?
    /// The folder of the Debian packages, for a hotfix that carries those instead.
    public var debs: String?
    /// The folder of the sources, relative to the manifest's own; nil where there are none.
    public var sources: String?

    /// Creates a manifest with what every hotfix has.
    public init(
        label: String,
        uuid: String,
        version: String,
        description: String,
        productVersion: String,
        date: Int64,
        guidance: [Guidance]
    ) {
        self.label = label
        self.uuid = uuid
        self.version = version
        self.description = description
        self.productVersion = productVersion
        self.date = date
        self.guidance = guidance
        build = nil
        requires = []
        conflicts = []
        includes = []
        refusesMountedISO = false
        article = ArticleFields()
        rpms = nil
        debs = nil
        sources = nil
    }

    /// What the package's `info` prints.
    public var info: PatchInfo {
        PatchInfo(
            uuid: uuid,
            version: version,
            nameLabel: label,
            nameDescription: description,
            guidance: guidance.sorted()
        )
    }

    /// The file names of what is published, as XenServer's articles have them.
    public var packageName: String { "\(label).xsupdate" }
    /// The source archive's name.
    public var sourceArchiveName: String { "\(label)-src-pkgs.tar.bz2" }
    /// The delivery zip's name.
    public var zipName: String { "\(label).zip" }
}

/// Why a manifest is not accepted, and where.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as the publisher named it.
    public var file: String
    /// The line, from 1; 0 where the trouble has no line.
    public var line: Int
    /// What is wrong, in a few words.
    public var reason: String

    /// Creates an error.
    package init(file: String, line: Int, reason: String) { (self.file, self.line, self.reason) = (file, line, reason) }

    /// One line for the publisher.
    public var description: String { line > 0 ? "\(file):\(line): \(reason)" : "\(file): \(reason)" }
}
