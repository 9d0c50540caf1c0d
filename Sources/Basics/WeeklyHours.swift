/// Days of the week and hours, as people write them: `Mon-Fri 22:00-04:00`.
public enum WeeklyHours {
    /// The days as they are read, from Monday on.
    public static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Days, 1 for Monday to 7 for Sunday: one, several with commas, or a range, which may go over the end of the week.
    ///
    /// - Returns: nil for what is none.
    public static func days(_ text: some StringProtocol) -> Set<Int>? {
        var days: Set<Int> = []
        for part in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { names.firstIndex(of: String($0)) }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else { return nil }
            let count = (last - first + 7) % 7
            days.formUnion((0...count).map { (first + $0) % 7 + 1 })
        }
        return days
    }

    /// Minutes after midnight of `22:00-04:00`, each from 00:00 to 24:00.
    ///
    /// - Returns: nil for what is none.
    public static func times(_ text: some StringProtocol) -> (start: Int, end: Int)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minutes($0) }
        guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
        return (start, end)
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 24 * 60
        else { return nil }
        return hour * 60 + minute
    }
}
