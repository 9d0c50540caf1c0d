extension String {
    /// The text as it may be shown: addresses in it without the name and password before their host, and without what
    /// follows a `?`, in which keys are sent. For gates, whose addresses operators write with both.
    var withoutSecrets: String {
        split(separator: " ", omittingEmptySubsequences: false).map { Self.shown($0) }.joined(separator: " ")
    }

    private static func shown(_ word: Substring) -> String {
        guard let scheme = word.firstRange(of: "://") else { return String(word) }
        let (head, whole) = (word[..<scheme.upperBound], word[scheme.upperBound...])
        let rest = withoutUser(whole)
        let end = rest.firstIndex { "?#".contains($0) } ?? rest.endIndex
        return head + rest[..<end] + (end < rest.endIndex ? "?…" : "")
    }

    /// A password with a slash in it is no part of an address, but may be in what somebody took for one.
    private static func withoutUser(_ rest: Substring) -> Substring {
        let authority = rest.prefix { !"/?#".contains($0) }
        let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] } ?? ""
        let place = port.contains { !$0.isNumber && $0 != "]" } ? rest : authority
        guard let at = place.lastIndex(of: "@") else { return rest }
        return rest[rest.index(after: at)...]
    }
}
