import Basics
import Foundation

/// A time of the week in which pools may begin, by a wall clock.
public struct FleetWindow: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The days on which it opens: 1 for Monday to 7 for Sunday.
    public var days: Set<Int>
    /// Minutes after midnight; where the end is not after the start, it is of the next day.
    public var start: Int
    public var end: Int

    /// Reads `22:00-04:00`, `Sat 20:00-06:00`, `Mon-Fri 22:00-04:00` or `Mon,Wed 22:00-24:00`; nil for anything else.
    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count <= 2, let times = words.last.flatMap({ WeeklyHours.times($0) }), times.start < 1440,
            times.start != times.end
        else { return nil }
        guard let days = words.count == 2 ? WeeklyHours.days(words[0]) : Set(1...7) else { return nil }
        (self.days, start, end) = (days, times.start, times.end)
    }

    /// Whether it is open at a moment.
    ///
    /// - Parameter seconds: since the epoch.
    public func isOpen(at seconds: Int64, in zone: TimeZone) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(seconds))
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute else { return false }
        // Foundation's week begins with Sunday as 1.
        let (today, now) = ((weekday + 5) % 7 + 1, hour * 60 + minute)
        let yesterday = (today + 5) % 7 + 1
        if end > start { return days.contains(today) && (start..<end).contains(now) }
        return days.contains(today) && now >= start || days.contains(yesterday) && now < end
    }

    public var description: String {
        let names = days.sorted().map { WeeklyHours.names[min(max($0 - 1, 0), 6)].capitalized }
        return (days.count == 7 ? "" : names.joined(separator: ",") + " ") + Self.clock(start) + "-" + Self.clock(end)
    }

    private static func clock(_ minutes: Int) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }
}

extension FleetSpec.Ring {
    /// Whether its pools may begin at a moment.
    public func isOpen(at seconds: Int64) -> Bool {
        guard !windows.isEmpty else { return true }
        guard let zone = TimeZone(identifier: zone) else { return false }
        return windows.contains { $0.isOpen(at: seconds, in: zone) }
    }
}

extension FleetSpec {
    /// Names of the rings whose pools may begin at a moment.
    public func openRings(at seconds: Int64) -> Set<String> {
        Set(rings.filter { $0.isOpen(at: seconds) }.map(\.name))
    }
}
