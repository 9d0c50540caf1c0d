/// What the publisher of an update says of it, for people to read.
public struct UpdateNotes: Hashable, Sendable, Codable {
    /// What it is about, in a few sentences.
    public var summary: String
    /// Addresses of articles.
    public var articles: [String]
    /// The severest of what it mends, in the publisher's word; empty where none is told.
    public var severity: String
    /// When the latest of it was issued, as the publisher writes it; empty where that is not told.
    public var issued: String
    /// Numbers of the vulnerabilities that it mends, such as `CVE-2016-1234`, sorted.
    public var vulnerabilities: [String]
    /// What should be done after it, and what can be done besides, in the pool's own words.
    public var recommended: [String]
    public var full: [String]
    /// Packages of it for whose sake a host restarts.
    public var restarting: [String]

    /// Notes.
    public init(
        summary: String = "",
        articles: [String] = [],
        severity: String = "",
        issued: String = "",
        vulnerabilities: [String] = [],
        recommended: [String] = [],
        full: [String] = [],
        restarting: [String] = []
    ) {
        (self.summary, self.articles, self.severity, self.issued) = (summary, articles, severity, issued)
        (self.vulnerabilities, self.recommended, self.full) = (vulnerabilities, recommended, full)
        self.restarting = restarting
    }

    /// The numbers of vulnerabilities in texts, each once.
    public static func vulnerabilities(in texts: some Sequence<String>) -> [String] {
        Set(texts.flatMap { $0.matches(of: /CVE-\d{4}-\d{4,19}/).map { String($0.output) } }).sorted()
    }

    /// All of it in sentences, for lists.
    public var text: String {
        var sentences = [summary]
        if !severity.isEmpty { sentences.append("Severity: \(severity).") }
        if !vulnerabilities.isEmpty { sentences.append("Mends \(vulnerabilities.joined(separator: ", ")).") }
        if !articles.isEmpty { sentences.append("See \(articles.joined(separator: ", "))") }
        return sentences.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The notes as an object of the pool carries them; what is not known is left out.
    public var pairs: KeyValuePairs<String, String> {
        [
            "articles": articles.joined(separator: " "), "severity": severity, "issued": issued,
            "vulnerabilities": vulnerabilities.joined(separator: " "),
            "recommended_guidance": recommended.joined(separator: " "), "full_guidance": full.joined(separator: " "),
            "restarting_packages": restarting.joined(separator: " "),
        ]
    }
}
