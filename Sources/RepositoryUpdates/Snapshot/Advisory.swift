/// What a distribution says of an update: why it is there.
public struct Advisory: Codable, Hashable, Sendable {
    /// Its number, such as `RHSA-2026:1234`.
    public var id: String
    /// `security`, `bugfix`, `enhancement` or another of the distribution's words.
    public var kind: String
    /// The distribution's word for how bad it is, such as `Important`; empty where it says nothing.
    public var severity: String
    /// The day on which it was issued or last changed, such as `2026-11-20`; empty where that is not known.
    public var issued: String
    /// One line.
    public var title: String
    /// The whole text.
    public var text: String
    /// The numbers of the vulnerabilities that it closes, in order.
    public var cves: [String]
    /// The names of the snapshot's packages that it is about, in order.
    public var packages: [String]

    /// Creates an advisory.
    public init(
        id: String,
        kind: String,
        severity: String = "",
        issued: String = "",
        title: String,
        text: String = "",
        cves: [String] = [],
        packages: [String]
    ) {
        (self.id, self.kind, self.severity, self.issued) = (id, kind, severity, issued)
        (self.title, self.text, self.cves, self.packages) = (title, text, cves, packages)
    }

    /// `EX-2026:1 (security, Important): title; CVE-2026-0001`.
    public var line: String {
        let nature = [kind, severity].filter { !$0.isEmpty }.joined(separator: ", ")
        let closed = cves.isEmpty ? "" : "; " + cves.joined(separator: ", ")
        return "\(id)\(nature.isEmpty ? "" : " (\(nature))"): \(title)\(closed)"
    }
}
