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
}
