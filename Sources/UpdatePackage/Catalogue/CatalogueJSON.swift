extension Catalogue.Update {
    /// The entry, for programs.
    public var json: JSONText {
        .fields([
            "uuid": .string(uuid), "label": .string(label), "description": .string(description),
            "guidance": .strings(guidance), "article": .string(article), "download": .string(download),
            "published": .string(published), "installationSize": .number(installationSize),
            "requires": .strings(requires), "conflicts": .strings(conflicts), "supersedes": .strings(supersedes),
            "sha256": .strings(sha256),
        ])
    }
}

extension CatalogueIndex {
    /// A resolution, for programs: verdicts in words, and the sequence as uuids.
    public func json(_ resolution: Resolution) -> JSONText {
        let updates = catalogue.updates
        return .fields([
            "upToDate": .bool(resolution.isUpToDate),
            "sequence": .strings(resolution.sequence.map { updates[$0].uuid }),
            "applicableNow": .strings(resolution.applicableNow.map { updates[$0].uuid }),
            "missing": .strings(resolution.missing.map { updates[$0].uuid }),
            "updates": .list(
                resolution.verdicts.map { number, verdict in
                    .fields([
                        "uuid": .string(updates[number].uuid), "label": .string(updates[number].label),
                        "state": .string(verdict.word), "verdict": .string(explain(verdict)),
                    ])
                }
            ),
        ])
    }
}

extension CatalogueDocument {
    /// Reads the JSON of a release from a file.
    public static func read(file: String) throws(CatalogueError) -> CatalogueDocument {
        let bytes: [UInt8]?
        do { bytes = try readFile(file, limit: 64 << 20) } catch {
            throw CatalogueError(reason: "\(file) can not be read: \(describe(error)).")
        }
        guard let bytes else { throw CatalogueError(reason: "\(file) is larger than 64 MiB.") }
        return try CatalogueDocument(json: bytes)
    }
}
