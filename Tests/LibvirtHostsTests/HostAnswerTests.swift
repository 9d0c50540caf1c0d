import Hosts
import Testing

@Suite("What hosts answer")
struct HostAnswerTests {
    @Test("is never longer than it may be, whatever stands in place of what is not seen", arguments: [1, 64, 256])
    func replaced(bytes: Int) {
        for scalar in ["\0", "\u{9b}", "\u{202e}", "ä", "\u{1d11e}"] {
            let text = HostAnswer.text(String(repeating: scalar, count: 300), bytes: bytes)
            #expect(HostAnswer.isText(text, bytes: bytes))
        }
    }
}
