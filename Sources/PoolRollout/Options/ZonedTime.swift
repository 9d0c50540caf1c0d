import XenAPI

/// Times that people write, with the zone that they mean: one without would be another time for somebody else.
enum ZonedTime {
    /// Seconds since the epoch; nil for a text that is no time, or names no zone.
    ///
    /// Read are `2026-11-26T22:00:00`, also without the seconds or without hyphens, followed by `Z`, `+01:00`, `-0530` or
    /// `+01`.
    static func seconds(_ text: String) -> Int64? {
        guard let start = text.firstIndex(of: "T") else { return nil }
        if text.hasSuffix("Z") { return local(text.dropLast()) }
        guard let sign = text[start...].lastIndex(where: { $0 == "+" || $0 == "-" }),
            let offset = offset(text[text.index(after: sign)...]), let local = local(text[..<sign])
        else { return nil }
        return text[sign] == "+" ? local - offset : local + offset
    }

    private static func local(_ text: Substring) -> Int64? {
        let colons = text.count { $0 == ":" }
        return Timestamp(iso8601: String(text) + (colons == 1 ? ":00Z" : "Z"))?.seconds
    }

    /// Hours, and minutes where there are any, in seconds.
    private static func offset(_ text: Substring) -> Int64? {
        let digits = text.filter { $0 != ":" }
        let hasColon = digits.count != text.count
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count == 4 || digits.count == 2 && !hasColon,
            text.count <= 5, let hours = Int64(digits.prefix(2)), let minutes = Int64("0" + digits.dropFirst(2)),
            hours <= 14, minutes < 60
        else { return nil }
        return hours * 3600 + minutes * 60
    }
}
