extension Article {
    /// Reads an article from a text file.
    public static func read(file: String) throws(ArticleError) -> Article {
        let bytes: [UInt8]?
        do { bytes = try readFile(file, limit: 32 << 20) } catch {
            throw ArticleError(reason: "\(file): The file can not be read: \(describe(error)).")
        }
        guard let bytes else { throw ArticleError(reason: "\(file): The article is longer than 32 MiB.") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ArticleError(reason: "\(file): This is not an article; its text is not UTF-8.")
        }
        return try Article(parsing: text)
    }

    /// Writes an article from what an inspection of a package or zip found. It says less than one from a manifest, because
    /// a package does not carry the publisher's prose.
    ///
    /// - Parameter label: the name of another hotfix by its uuid, where it is known.
    public init(
        describing inspection: Inspection,
        label: (String) -> String? = { _ in nil }
    ) throws(ArticleError) {
        let package = inspection.kind == .zip ? inspection.packages.first : inspection
        guard let package, let info = package.info else {
            throw ArticleError(
                reason: "\(inspection.file) does not say what it is, so no article can be written from it."
            )
        }
        var manifest = Manifest(
            label: info.nameLabel,
            uuid: info.uuid,
            version: info.version,
            description: info.nameDescription,
            productVersion: package.productVersion ?? "",
            date: 0,
            guidance: info.guidance
        )
        func hotfix(_ word: String) -> Manifest.Hotfix {
            var hotfix = Manifest.Hotfix(word: word)
            guard hotfix.label == hotfix.uuid else { return hotfix }
            hotfix.label = label(hotfix.uuid) ?? package.labels[hotfix.uuid.lowercased()] ?? hotfix.uuid
            return hotfix
        }
        manifest.requires = package.requires.map { hotfix($0) }
        manifest.conflicts = package.conflicts.map { hotfix($0) }
        manifest.includes = package.includes.map { hotfix($0) }
        let sources = inspection.files.first { $0.path.hasSuffix("-src-pkgs.tar.bz2") }
        self.init(
            manifest: manifest,
            package: BuiltFile(path: Self.publishedName(of: package, manifest), digests: package.digests),
            sources: sources.map { BuiltFile(path: $0.path, digests: $0.digests) },
            zip: inspection.kind == .zip ? BuiltFile(path: inspection.file, digests: inspection.digests) : nil,
            rpms: package.packageFileNames
        )
    }
}

extension Article {
    /// What a package's file is called: one that a server keeps has its digest for a name, which means nothing to people.
    private static func publishedName(of package: Inspection, _ manifest: Manifest) -> String {
        lastComponent(package.file).hasPrefix(package.digests.sha256) ? manifest.packageName : package.file
    }
}

extension Manifest.Hotfix {
    /// A hotfix as packages name it: `uuid`, `uuid:label`, or in historic ones just the label.
    fileprivate init(word: String) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(uuid: parts[0], label: parts.count > 1 && !parts[1].isEmpty ? parts[1] : parts[0])
    }

    /// For a list in an article.
    var named: String { label == uuid ? uuid : "\(label) (\(uuid))" }
}
