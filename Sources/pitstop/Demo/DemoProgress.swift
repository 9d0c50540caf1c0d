import Foundation

/// How far the demonstration is: a bar on a terminal, lines elsewhere.
final class DemoProgress {
    private let steps: Int
    private var done = 0

    init(steps: Int) { self.steps = steps }

    func advance(_ what: String) {
        if StandardOutput.isTerminal {
            let filled = done * 30 / max(1, steps)
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
            FileHandle.standardOutput.write(Data("\r\u{1B}[K   [\(bar)] \(what)".utf8))
        } else {
            StandardOutput.write("   \(what)")
        }
        done += 1
    }

    func finish() {
        if StandardOutput.isTerminal { FileHandle.standardOutput.write(Data("\r\u{1B}[K".utf8)) }
    }
}
