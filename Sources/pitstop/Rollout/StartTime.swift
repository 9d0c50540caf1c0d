import ArgumentParser
import Foundation
import XenAPI

/// When a run may begin to change something, as an operator writes it.
struct StartTime: Sendable {
    /// As `rollout.start` takes it.
    let text: String

    /// - Throws: `ValidationError` for what is no time to come.
    init(_ text: String) throws { try self.init(text, now: Date(), calendar: .current) }

    init(_ text: String, now: Date, calendar: Calendar) throws {
        let digits = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.count == 2 ? Int($0) : nil }
        guard digits.count == 2 else {
            // The server reads times with a zone, and says what is wrong with others.
            self.text = text
            return
        }
        guard let hour = digits[0], let minute = digits[1], (0..<24).contains(hour), (0..<60).contains(minute),
            let next = calendar.nextDate(
                after: now,
                matching: DateComponents(hour: hour, minute: minute, second: 0),
                matchingPolicy: .nextTime
            )
        else { throw ValidationError("--at needs a time like 22:00 or 2026-11-26T22:00:00Z, not '\(text)'.") }
        self.text = Timestamp(seconds: Int64(next.timeIntervalSince1970)).iso8601
    }
}
