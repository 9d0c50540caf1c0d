import Testing
import XenAPI

@Suite("Secrets are compared")
struct ConstantTimeTests {
    @Test("only the same bytes are the same, wherever the others differ")
    func same() {
        #expect("secret".utf8.isSame(inConstantTime: Array("secret".utf8)))
        for other in ["Secret", "secreT", "secre", "secrets", ""] {
            #expect(!"secret".utf8.isSame(inConstantTime: other.utf8), "\(other)")
        }
    }
}
