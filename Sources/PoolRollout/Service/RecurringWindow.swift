import Foundation
import Rollout

/// A time in which hosts may go down that comes again: on some days of the week, by the clocks of a time zone.
public struct RecurringWindow: Codable, Hashable, Sendable {
    /// Days of the week on which it begins, 1 for Sunday to 7 for Saturday.
    public var days: Set<Int>
    /// Minutes after midnight at which it begins, and ends: on the next day where that is no later.
    public var start: Int
    public var end: Int
    /// The zone, by its name in the tz database.
    public var zone: String

    /// Reads `Sat 22:00-04:00 Europe/Berlin`; days are one, several with commas, a range such as `Mon-Fri`, or `daily`.
    ///
    /// - Returns: nil for what is none, or names a zone that nobody knows.
    init?(_ text: String) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3, let days = Self.days(parts[0]), TimeZone(identifier: parts[2]) != nil else {
            return nil
        }
        let times = parts[1].split(separator: "-", omittingEmptySubsequences: false).map { Self.minutes($0) }
        guard times.count == 2, let start = times[0], let end = times[1], start < Self.day else { return nil }
        (self.days, self.start, self.end, zone) = (days, start, end, parts[2])
    }

    private static let day = 24 * 60
    private static let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func days(_ text: String) -> Set<Int>? {
        let text = text.lowercased()
        if text == "daily" { return Set(1...7) }
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                names.firstIndex(of: String($0))
            }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else { return nil }
            // Fri-Mon goes over the end of the week.
            let count = (last - first + 7) % 7
            days.formUnion((0...count).map { (first + $0) % 7 + 1 })
        }
        return days
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= day
        else { return nil }
        return hour * 60 + minute
    }

    /// The next of them that have not ended yet, the earliest first.
    ///
    /// Where clocks are put forward over its beginning or end, the time that there is instead counts; where they are put back,
    /// the first of two.
    ///
    /// - Parameters:
    ///   - now: seconds since the epoch.
    ///   - count: how many.
    func next(_ count: Int, after now: Int64) -> [RunPolicy.Window] {
        guard let zone = TimeZone(identifier: zone) else { return [] }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let today = calendar.startOfDay(for: Date(timeIntervalSince1970: TimeInterval(now)))
        var windows: [RunPolicy.Window] = []
        // From yesterday, whose window may go on.
        for offset in -1...(7 * count) where windows.count < count {
            guard let date = calendar.date(byAdding: .day, value: offset, to: today),
                days.contains(calendar.component(.weekday, from: date)),
                let begin = time(start, on: date, calendar),
                let over = time(end <= start ? end + Self.day : end, on: date, calendar),
                over > now, over > begin
            else { continue }
            windows.append(RunPolicy.Window(start: begin, end: over))
        }
        return windows
    }

    /// A time by the clock of a day, or of the one after it.
    private func time(_ minutes: Int, on day: Date, _ calendar: Calendar) -> Int64? {
        guard let date = calendar.date(byAdding: .day, value: minutes / Self.day, to: day) else { return nil }
        var parts = calendar.dateComponents([.year, .month, .day], from: date)
        (parts.hour, parts.minute) = (minutes % Self.day / 60, minutes % 60)
        return calendar.date(from: parts).map { Int64($0.timeIntervalSince1970) }
    }
}
