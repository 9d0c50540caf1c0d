import Hosts
import Testing

/// Times from outside: a host's answer, `other_config`, a recording.
@Suite struct HostTimeTests {
    @Test(arguments: ["nan", "inf", "-inf", "1e300", "-1e300", "9223372036854775807", "x", ""])
    func whatIsNoTimeIsNone(text: String) { #expect(HostTime.seconds(text) == nil) }

    @Test(arguments: [("1313507984.", 1_313_507_984), ("12.9", 12), ("-3.", -3), ("0", 0)] as [(String, Int64)])
    func fractionsAreDropped(text: String, seconds: Int64) { #expect(HostTime.seconds(text) == seconds) }
}
