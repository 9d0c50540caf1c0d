extension Manifest {
    /// Reads a manifest from YAML.
    ///
    /// - Parameter file: the name to use in errors.
    public init(yaml text: String, file: String) throws(ManifestError) {
        try self.init(YAMLMapping(yaml: text, file: file, what: "manifest"))
    }

    private init(_ yaml: YAMLMapping) throws(ManifestError) {
        try yaml.allow([
            "label", "uuid", "version", "description", "appliesTo", "date", "guidance", "requires", "conflicts",
            "includes", "refusesMountedISO", "article", "rpms", "debs", "sources",
        ])
        let applies = try yaml.mapping("appliesTo")
        try applies.allow(["version", "build"])
        self.init(
            label: try yaml.label("label"),
            uuid: try yaml.uuid("uuid"),
            version: try yaml.string("version"),
            description: try yaml.string("description"),
            productVersion: try applies.string("version"),
            date: try yaml.date("date"),
            guidance: try yaml.guidance("guidance")
        )
        build = try applies.optionalString("build")
        requires = try yaml.hotfixes("requires")
        conflicts = try yaml.hotfixes("conflicts")
        includes = try yaml.hotfixes("includes")
        refusesMountedISO = try yaml.bool("refusesMountedISO") ?? false
        rpms = try yaml.optionalString("rpms")
        debs = try yaml.optionalString("debs")
        if rpms != nil, debs != nil {
            throw yaml.error("debs", "a hotfix carries rpms or debs, not both: hosts of two kinds need two hotfixes")
        }
        sources = try yaml.optionalString("sources")
        if let fields = try yaml.optionalMapping("article") { article = try ArticleFields(fields) }
    }
}

extension Manifest.ArticleFields {
    fileprivate init(_ yaml: YAMLMapping) throws(ManifestError) {
        try yaml.allow(["product", "bulletin", "bulletinTitle", "issues", "affectsSecurityClaims"])
        self.init()
        product = try yaml.optionalString("product") ?? ""
        bulletin = try yaml.optionalString("bulletin") ?? ""
        bulletinTitle = try yaml.optionalString("bulletinTitle") ?? ""
        issues = try yaml.strings("issues")
        affectsSecurityClaims = try yaml.bool("affectsSecurityClaims")
    }
}

extension YAMLMapping {
    fileprivate func label(_ key: String) throws(ManifestError) -> String {
        let text = try string(key)
        let allowed = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || [0x2d, 0x2e, 0x5f].contains($0)
        }
        guard allowed, !text.isEmpty, text.utf8.count <= 64, !text.hasPrefix("."), !text.hasPrefix("-") else {
            throw error(key, "\(key) may only hold letters, digits, '.', '_' and '-', at most 64 of them")
        }
        return text
    }

    fileprivate func uuid(_ key: String) throws(ManifestError) -> String {
        let text = try string(key)
        guard isUUID(text) else { throw error(key, "\(key) is not a uuid: \(text)") }
        return text.lowercased()
    }

    fileprivate func date(_ key: String) throws(ManifestError) -> Int64 {
        let text = try string(key)
        guard let seconds = secondsSinceEpoch(text) else {
            throw error(key, "\(key) must look like 2016-04-20 or 2016-04-20T12:00:00Z, from 1980 on")
        }
        return seconds
    }

    fileprivate func guidance(_ key: String) throws(ManifestError) -> [Guidance] {
        var result: [Guidance] = []
        for word in try strings(key) {
            guard let guidance = Guidance(rawValue: word) else {
                let known = Guidance.allCases.map(\.rawValue).joined(separator: ", ")
                throw error(key, "\(word) is no guidance; choose from \(known)")
            }
            result.append(guidance)
        }
        return result
    }

    fileprivate func hotfixes(_ key: String) throws(ManifestError) -> [Manifest.Hotfix] {
        var result: [Manifest.Hotfix] = []
        for entry in try mappings(key) {
            try entry.allow(["uuid", "label", "article"])
            let hotfix = Manifest.Hotfix(
                uuid: try entry.uuid("uuid"),
                label: try entry.label("label"),
                article: try entry.optionalString("article") ?? ""
            )
            guard !result.contains(where: { $0.uuid == hotfix.uuid }) else {
                throw entry.error("uuid", "the hotfix \(hotfix.uuid) appears twice under \(key)")
            }
            result.append(hotfix)
        }
        return result
    }
}
