extension Article {
    /// The facts of the article, for programs.
    public var json: JSONText {
        let facts = facts
        func file(_ file: ArticleFacts.File?) -> JSONText {
            guard let file else { return .null }
            return .fields(["name": .string(file.name), "md5": .optional(file.md5), "sha256": .optional(file.sha256)])
        }
        return .fields([
            "label": .optional(facts.label), "uuid": .optional(facts.uuid), "package": file(facts.package),
            "sources": file(facts.sources), "zip": file(facts.zip),
            "includes": .list(
                facts.includes.map { .fields(["article": .string($0.article), "label": .string($0.label)]) }
            ),
            "rpms": .strings(facts.rpms),
        ])
    }
}
