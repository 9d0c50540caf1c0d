import FoundationEssentials

extension String {
    /// With a full stop at its end, unless it ends as a sentence already. White space at the end is left out.
    public var asSentence: String {
        var text = Substring(self)
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
        guard let last = text.last else { return "" }
        // `…/ .`, as the last line of some tools' errors.
        if text.hasSuffix(" / .") { return String(text.dropLast(4)).asSentence }
        return ".!?…".contains(last) ? String(text) : text + "."
    }

    /// For the inside of a sentence: without a full stop at its end.
    public var asClause: String {
        let text = asSentence
        return text.hasSuffix(".") && !text.hasSuffix("..") ? String(text.dropLast()) : text
    }

    /// The reason for something that is said in other words: both as sentences, and the reason alone where it names
    /// its subject itself.
    func because(_ reason: String, about subject: String) -> String {
        let reason = reason.asSentence
        return reason.isEmpty || reason.contains(subject)
            ? reason.isEmpty ? asSentence : reason : "\(asSentence) \(reason)"
    }
}

extension Int {
    /// `1 wave`, `2 waves`.
    public func of(_ one: String, _ many: String? = nil) -> String { "\(self) \(self == 1 ? one : many ?? one + "s")" }
}

extension Int64 {
    /// Seconds since the epoch as a time of day that names its zone: `2026-11-26T22:00:00Z`.
    public var asTime: String { Date(timeIntervalSince1970: Double(self)).formatted(.iso8601) }

    /// A duration in seconds, in words: `15 min`, `90 s`.
    var asDuration: String {
        if self >= 7200, self % 3600 == 0 { return "\(self / 3600) h" }
        return self >= 120 ? self % 60 == 0 ? "\(self / 60) min" : "\(self / 60) min \(self % 60) s" : "\(self) s"
    }
}
