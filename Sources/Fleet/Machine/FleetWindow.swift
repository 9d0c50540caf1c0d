import Foundation

/// A time of the week in which pools may begin, by a wall clock.
public struct FleetWindow: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The days on which it opens: 1 for Monday to 7 for Sunday.
    public var days: Set<Int>
    /// Minutes after midnight; where the end is not after the start, it is of the next day.
    public var start: Int
    public var end: Int

    static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Reads `22:00-04:00`, `Sat 20:00-06:00`, `Mon-Fri 22:00-04:00` or `Mon,Wed 22:00-24:00`; nil for anything else.
    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let times = words.last, words.count <= 2 else { return nil }
        let ends = times.split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < 1440, start != end else { return nil }
        (self.start, self.end) = (start, end)
        days = []
        guard words.count == 2 else {
            days = Set(1...7)
            return
        }
        for part in words[0].lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Self.names.firstIndex(of: String($0)) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { return nil }
            var day = first
            days.insert(day + 1)
            while day != last {
                day = (day + 1) % 7
                days.insert(day + 1)
            }
        }
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
        let names = days.sorted().map { Self.names[min(max($0 - 1, 0), 6)].capitalized }
        return (days.count == 7 ? "" : names.joined(separator: ",") + " ") + Self.clock(start) + "-" + Self.clock(end)
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
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
