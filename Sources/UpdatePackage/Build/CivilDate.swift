/// Reads `2016-04-20` or `2016-04-20T12:00:00Z` as seconds since the epoch; nil for anything else, and before 1980.
func secondsSinceEpoch(_ text: String) -> Int64? {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count <= 2, let date = numbers(parts[0], "-", [4, 2, 2]) else { return nil }
    var seconds = 0
    if parts.count == 2 {
        guard parts[1].hasSuffix("Z"), let time = numbers(parts[1].dropLast(), ":", [2, 2, 2]),
            time[0] < 24, time[1] < 60, time[2] < 60
        else { return nil }
        seconds = time[0] * 3_600 + time[1] * 60 + time[2]
    }
    let (year, month, day) = (date[0], date[1], date[2])
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1980, (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400 - 477  // 477 of them before 1970
    let days = (year - 1970) * 365 + leapDays + lengths[..<(month - 1)].reduce(0, +) + day - 1
    return Int64(days) * 86_400 + Int64(seconds)
}

/// Writes seconds since the epoch as `20160420T120000Z`, or with dashes and colons.
package func isoDate(_ seconds: Int64, extended: Bool = true) -> String {
    var days = Int(seconds / 86_400)
    let rest = Int(seconds % 86_400)
    // Days to a civil date, with years that begin in March so that the leap day comes last.
    days += 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let parts = [month, dayOfYear - (153 * shifted + 2) / 5 + 1, rest / 3_600, rest / 60 % 60, rest % 60].map(twoDigits)
    return extended
        ? "\(year)-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])Z"
        : "\(year)\(parts[0])\(parts[1])T\(parts[2])\(parts[3])\(parts[4])"
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

private func numbers(_ text: Substring, _ separator: Character, _ lengths: [Int]) -> [Int]? {
    let fields = text.split(separator: separator, omittingEmptySubsequences: false)
    guard fields.map(\.count) == lengths, fields.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return fields.compactMap { Int($0) }
}
