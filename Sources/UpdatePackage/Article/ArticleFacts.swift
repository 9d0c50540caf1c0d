/// What an article promises about the files that it describes.
public struct ArticleFacts: Hashable, Sendable {
    /// A file with its checksums, as far as the article gives them.
    public struct File: Hashable, Sendable {
        /// The file's name.
        public var name: String
        /// MD5, lower case; nil where the article gives none.
        public var md5: String?
        /// SHA-256, lower case; nil where the article gives none. XenServer's articles never do.
        public var sha256: String?
    }

    /// The signed package, such as `XS602ECC031.xsupdate`.
    public var package: File?
    /// The source archive.
    public var sources: File?
    /// The delivery zip.
    public var zip: File?
    /// The hotfix's uuid, from the command that applies it.
    public var uuid: String?
    /// File names of the RPMs (or Debian packages) that are updated.
    public var rpms: [String]
    /// The hotfixes that are included, as article number and label.
    public var includes: [Included]

    /// A hotfix that the article says is included.
    public struct Included: Hashable, Sendable {
        /// The number of its article.
        public var article: String
        /// Its label.
        public var label: String
    }

    /// The hotfix's label: the package's name without its ending.
    public var label: String? {
        package.map { $0.name.split(separator: ".").first.map(String.init) ?? $0.name }
    }
}

extension Article {
    /// Searches the article for its promises. Sections and rows that are not known are passed over.
    public var facts: ArticleFacts {
        var facts = ArticleFacts(package: nil, sources: nil, zip: nil, uuid: nil, rpms: [], includes: [])
        var section: ArticleSection?
        for block in blocks {
            switch block {
            case .heading(let title, _): section = ArticleSection(line: title)
            case .row(let cells): facts.read(cells, in: section)
            case .item(let text): facts.readIncluded(text)
            case .command(let text): facts.readCommand(text)
            case .paragraph, .rule, .blank: break
            }
        }
        return facts
    }
}

extension ArticleFacts {
    fileprivate mutating func read(_ cells: [String], in section: ArticleSection?) {
        if cells.count == 1, section == .filesUpdated, [".rpm", ".deb"].contains(cells[0].suffix(4)) {
            rpms.append(cells[0])
        }
        guard cells.count >= 2 else { return }
        let value = cells[1]
        switch cells[0] {
        case "Hotfix Filename": package = File(name: value)
        case "Hotfix Source Filename": sources = File(name: value)
        case "Hotfix Zip Filename": zip = File(name: value)
        case "Hotfix File md5sum": package?.md5 = value.lowercased()
        case "Hotfix Source File md5sum": sources?.md5 = value.lowercased()
        case "Hotfix Zip File md5sum": zip?.md5 = value.lowercased()
        case "Hotfix File sha256sum", "Hotfix File sha256": package?.sha256 = value.lowercased()
        case "Hotfix Source File sha256sum", "Hotfix Source File sha256": sources?.sha256 = value.lowercased()
        case "Hotfix Zip File sha256sum", "Hotfix Zip File sha256": zip?.sha256 = value.lowercased()
        default: break
        }
    }

    /// `CTX202613 - Hotfix XS602ECC024 - For XenServer 6.0.2 Common Criteria`
    fileprivate mutating func readIncluded(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 4, words[1] == "-", words[2] == "Hotfix" else { return }
        includes.append(Included(article: String(words[0]), label: String(words[3])))
    }

    fileprivate mutating func readCommand(_ text: String) {
        for word in text.split(separator: " ") where word.hasPrefix("uuid=") {
            let value = String(word.dropFirst(5))
            if uuid == nil, isUUID(value) { uuid = value }
        }
    }
}
