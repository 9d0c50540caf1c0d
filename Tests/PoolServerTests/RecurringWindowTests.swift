import Rollout
import Testing
import XenAPI

@testable import PoolRollout

@Suite("Windows that come again")
struct RecurringWindowTests {
    private func times(_ text: String, _ count: Int, after now: String) throws -> [String] {
        let window = try #require(RecurringWindow(text), "\(text)")
        let seconds = try #require(ZonedTime.seconds(now))
        return window.next(count, after: seconds).map {
            "\(Timestamp(seconds: $0.start).iso8601) \(Timestamp(seconds: $0.end).iso8601)"
        }
    }

    @Test("They are by the clocks of their zone, and over midnight where they end earlier than they begin")
    func overMidnight() throws {
        // 2026-11-30 is a Monday.
        let found = try times("Sat 22:00-04:00 Europe/Berlin", 2, after: "2026-11-30T12:00:00Z")
        #expect(found == ["20261205T21:00:00Z 20261206T03:00:00Z", "20261212T21:00:00Z 20261213T03:00:00Z"])
    }

    @Test("One that goes on is the first")
    func underWay() throws {
        let found = try times("Sun 22:00-04:00 UTC", 1, after: "2026-11-30T01:00:00Z")
        #expect(found == ["20261129T22:00:00Z 20261130T04:00:00Z"])
        #expect(
            try times("Sun 22:00-04:00 UTC", 1, after: "2026-11-30T04:00:00Z") == [
                "20261206T22:00:00Z 20261207T04:00:00Z"
            ]
        )
    }

    @Test(
        "Days are one, several, a range, or all",
        arguments: [
            ("Mon", 4, [0]), ("sat,Sun", 4, [5, 6]), ("Mon-Fri", 4, [0, 1, 2, 3, 4]), ("Fri-Mon", 4, [0, 4, 5, 6]),
            ("daily", 4, [0, 1, 2, 3, 4, 5, 6]),
        ]
    )
    func days(text: String, hour: Int, expected: [Int64]) throws {
        let window = try #require(RecurringWindow("\(text) 01:00-02:00 UTC"))
        let monday = try #require(ZonedTime.seconds("2026-11-30T00:00:00Z"))
        let starts = window.next(expected.count, after: monday).map { ($0.start - monday) / 86_400 }
        #expect(starts == expected)
    }

    @Test("In the nights in which clocks are changed it begins and ends when the clock says so")
    func daylightSaving() throws {
        // 2026-03-29 02:00 is 03:00; on 2026-10-25 there are two hours from 02:00 to 03:00.
        #expect(
            try times("Sun 01:00-05:00 Europe/Berlin", 1, after: "2026-03-28T12:00:00Z")
                == ["20260329T00:00:00Z 20260329T03:00:00Z"]
        )
        #expect(
            try times("Sun 01:00-05:00 Europe/Berlin", 1, after: "2026-10-24T12:00:00Z")
                == ["20261024T23:00:00Z 20261025T04:00:00Z"]
        )
        #expect(
            try times("Sun 02:30-05:00 Europe/Berlin", 1, after: "2026-03-28T12:00:00Z")
                == ["20260329T01:30:00Z 20260329T03:00:00Z"]
        )
    }

    @Test(
        "What is none is refused, with what one looks like",
        arguments: [
            "Sat 22:00-04:00", "Sat 22:00-04:00 Europe/Nowhere", "Satur 22:00-04:00 UTC", "Sat 24:00-04:00 UTC",
            "Sat 22:60-04:00 UTC", "Sat 2:00-04:00 UTC", "Sat 22:00 UTC", "Sat,", "Sat", "Mon-Wed-Fri 22:00-23:00 UTC",
            "Sat 22:00-04:00 UTC,Sun", "Sun,2026-11-26T22:00:00Z/2026-11-26T23:00:00Z",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: APIError.self) { try RunOptions(updates: ["u"], words: ["windows": text]) }
        #expect(error?.parameters.last?.contains("Sat 22:00-04:00 Europe/Berlin") == true, "\(text)")
    }

    @Test("They stand beside windows at given times")
    func mixed() throws {
        let text = "Sat,Sun 22:00-04:00 Europe/Berlin,2026-11-26T22:00:00Z/2026-11-26T23:00:00Z,daily 01:00-02:00 UTC"
        let options = try RunOptions(updates: ["u"], words: ["windows": text])
        #expect(options.policy.windows.count == 1)
        #expect(options.recurringWindows?.map(\.days) == [[1, 7], Set(1...7)])
    }
}
