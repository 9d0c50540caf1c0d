import Testing
import XenAPI

@Suite("A part of a whole")
struct PortionTests {
    @Test("is rounded down, and stays within the whole whatever was sent")
    func portions() {
        let parts: [(Double, Int)] = [
            (0, 0), (0.299, 29), (0.5, 50), (1, 100), (1.5, 100), (-0.1, 0), (1e300, 100), (.infinity, 100),
            (-.infinity, 0), (.nan, 0),
        ]
        for (part, steps) in parts { #expect(part.portion(of: 100) == steps, "\(part)") }
    }
}
