import Testing
import XenAPI

@Suite("Dates")
struct TimestampTests {
    @Test(
        "The wire's form is read and written",
        arguments: [
            (0, "19700101T00:00:00Z"), (1_325_375_999, "20111231T23:59:59Z"), (951_782_400, "20000229T00:00:00Z"),
            (-1, "19691231T23:59:59Z"), (253_402_300_799, "99991231T23:59:59Z"),
        ] as [(Int64, String)]
    )
    func form(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).iso8601 == text)
        #expect(Timestamp(iso8601: text) == Timestamp(seconds: seconds))
    }

    @Test("Hyphens may stand in the date, and the Z may be left out")
    func variants() {
        #expect(Timestamp(iso8601: "1970-01-01T00:01:00Z") == Timestamp(seconds: 60))
        #expect(Timestamp(iso8601: "19700101T00:01:00") == Timestamp(seconds: 60))
    }

    @Test(
        "What is no date is refused",
        arguments: [
            "", "1970", "19701301T00:00:00Z", "20110229T00:00:00Z", "20110431T00:00:00Z", "19700101T24:00:00Z",
            "19700101 00:00:00Z", "19700101T00:00:00+", "1970010aT00:00:00Z", "19700100T00:00:00Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(
        "Every second of Int64 is read as it was written",
        arguments: [
            .min, .min + 1, -62_167_219_201, -62_167_219_200, -86_401, -86_400, -1, 0, 253_402_300_799, 253_402_300_800,
            .max - 1, .max,
        ] as [Int64]
    )
    func extremes(seconds: Int64) {
        let time = Timestamp(seconds: seconds)
        #expect(Timestamp(iso8601: time.iso8601) == time, "\(time.iso8601)")
    }

    @Test("So is any other", arguments: 0..<10)
    func anySecond(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<500 {
            let time = Timestamp(seconds: Int64(bitPattern: random.next() >> (random.next() % 40)))
            #expect(Timestamp(iso8601: time.iso8601) == time, "\(time.seconds)")
        }
    }

    @Test(
        "What lies beyond Int64 is refused",
        arguments: ["2922770265970101T00:00:00Z", "-2922770226570101T00:00:00Z", "9999999999990101T00:00:00Z"]
    )
    func beyond(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
