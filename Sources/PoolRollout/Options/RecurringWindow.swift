import Basics
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
        guard parts.count == 3, let days = parts[0].lowercased() == "daily" ? Set(1...7) : WeeklyHours.days(parts[0]),
            let times = WeeklyHours.times(parts[1]), times.start < Self.day, TimeZone(identifier: parts[2]) != nil
        else { return nil }
        // Foundation's week begins with Sunday as 1.
        self.days = Set(days.map { $0 % 7 + 1 })
        (start, end, zone) = (times.start, times.end, parts[2])
    }

    private static let day = 24 * 60

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
