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
    /// The points in time that every client of XenAPI can read: the years 0 to 9999, written with four digits.
    public static let spoken = Timestamp(seconds: -62_167_219_200)...Timestamp(seconds: 253_402_300_799)

    /// The form `20111231T23:59:59Z` that XML-RPC, `xe` and database dumps share. Years beyond 9999 have more digits, those
    /// before 0 a sign: ``init(iso8601:)`` reads them all.
    public var iso8601: String {
        let (day, second) = seconds.quotientFloored(by: 86_400)
        let (year, month, dayOfMonth) = Self.civil(fromDay: day)
        return "\(year < 0 ? "-" : "")\(pad(abs(year), 4))\(pad(month, 2))\(pad(dayOfMonth, 2))T"
            + "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
    }

    /// Reads `20111231T23:59:59Z`, with or without the `Z`, and with or without hyphens in the date.
    public init?(iso8601 text: String) {
        let isBeforeZero = text.utf8.first == UInt8(ascii: "-")
        let bytes = Array(text.utf8.filter { $0 != UInt8(ascii: "-") })
        // The year has four digits or more, up to the twelve of the last one that there is.
        guard let t = bytes.firstIndex(of: UInt8(ascii: "T")), (8...16).contains(t),
            bytes.count == t + 9 || (bytes.count == t + 10 && bytes[t + 9] == UInt8(ascii: "Z")),
            bytes[t + 3] == UInt8(ascii: ":"), bytes[t + 6] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0..<(t - 4)), let month = number((t - 4)..<(t - 2)), let day = number((t - 2)..<t),
            let hour = number((t + 1)..<(t + 3)), let minute = number((t + 4)..<(t + 6)),
            let second = number((t + 7)..<(t + 9)),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let dayNumber = Self.day(year: isBeforeZero ? -year : year, month: month, day: day)
        // A day that the month does not have would come out in the next month.
        guard Self.civil(fromDay: dayNumber).day == day else { return nil }
        let time = hour * 3600 + minute * 60 + second
        // Toward the epoch first: the first second of Int64 stands in a day that begins before it.
        let (days, rest) = dayNumber < 0 ? (dayNumber + 1, time - 86_400) : (dayNumber, time)
        let (whole, isTooFar) = days.multipliedReportingOverflow(by: 86_400)
        let (sum, isTooFarBySeconds) = whole.addingReportingOverflow(rest)
        guard !isTooFar, !isTooFarBySeconds else { return nil }
        seconds = sum
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
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
