/// A point in time in whole seconds since 1970-01-01T00:00:00Z, the resolution of every XenAPI date.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since the epoch, UTC.
    public var seconds: Int64

    /// Creates a point in time from seconds since the epoch.
    public init(seconds: Int64) { self.seconds = seconds }

    /// The epoch, which XenAPI uses for "never".
    public static let never = Timestamp(seconds: 0)

    /// Earlier points in time come first.
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }
}

extension Timestamp {
    /// The form `20111231T23:59:59Z` that XML-RPC, `xe` and database dumps share.
    public var iso8601: String {
        let (day, second) = seconds.quotientFloored(by: 86_400)
        let (year, month, dayOfMonth) = Self.civil(fromDay: day)
        return "\(pad(year, 4))\(pad(month, 2))\(pad(dayOfMonth, 2))T"
            + "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
    }

    /// Reads `20111231T23:59:59Z`, with or without the `Z`, and with or without hyphens in the date.
    public init?(iso8601 text: String) {
        let bytes = Array(text.utf8.filter { $0 != UInt8(ascii: "-") })
        guard bytes.count >= 17, bytes.count <= 18, bytes[8] == UInt8(ascii: "T"),
            bytes[11] == UInt8(ascii: ":"), bytes[14] == UInt8(ascii: ":"),
            bytes.count == 17 || bytes[17] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(12..<14), let second = number(15..<17),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let dayNumber = Self.day(year: year, month: month, day: day)
        // A day that the month does not have would come out in the next month.
        guard Self.civil(fromDay: dayNumber).day == day else { return nil }
        seconds = dayNumber * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days since the epoch of a date of the Gregorian calendar (Hinnant's civil-date method: years begin in March).
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = y.quotientFloored(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientFloored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

private func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

extension Int64 {
    /// Quotient rounded down and the non-negative remainder, so that dates before 1970 come out right.
    fileprivate func quotientFloored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = ((self % divisor) + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
