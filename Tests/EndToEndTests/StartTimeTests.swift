import ArgumentParser
import Foundation
import Testing

@testable import pitstop

/// When a run may begin, as an operator writes it.
struct StartTimeTests {
    private func text(_ text: String) throws -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 3600) ?? .gmt
        // Noon in UTC, 13:00 there.
        return try StartTime(text, now: Date(timeIntervalSince1970: 1_796_126_400), calendar: calendar).text
    }

    @Test("A time of day is the next one by the machine's own clock; one with a date is left to the server")
    func next() throws {
        #expect(try text("22:00") == "20261201T21:00:00Z")
        #expect(try text("13:00") == "20261202T12:00:00Z", "it is 13:00 now")
        #expect(try text("2026-11-26T22:00:00Z") == "2026-11-26T22:00:00Z")
    }

    @Test("What is no time is refused", arguments: ["25:00", "1:00", "22:60", "ab:cd", ":"])
    func refused(wrong: String) {
        #expect(throws: ValidationError.self) { try text(wrong) }
    }
}
