import Basics
import XenAPI

/// A line on a terminal that shows how much of a transfer is done; nothing where standard error is not a terminal.
final class ProgressBar {
    private let isTerminal = StandardStream.error.isTerminal
    private var shown: Int?

    func show(_ done: UInt64, of total: UInt64) {
        guard isTerminal else { return }
        let percent = Self.percent(done, of: total)
        guard percent != shown else { return }
        shown = percent
        try? StandardStream.error.write("\r\(Self.bar(percent)) \(percent) % of \(total >> 20) MiB".utf8)
    }

    /// From 0 to 100: a file may grow while it is sent.
    static func percent(_ done: UInt64, of total: UInt64) -> Int {
        done >= total ? 100 : (Double(done) / Double(total)).portion(of: 100)
    }

    static func bar(_ percent: Int) -> String {
        let filled = (Double(percent) / 100).portion(of: 40)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled) + "]"
    }

    /// Wipes the line, so that what follows stands alone.
    func finish() {
        guard shown != nil else { return }
        shown = nil
        try? StandardStream.error.write("\r\u{1B}[K".utf8)
    }
}
