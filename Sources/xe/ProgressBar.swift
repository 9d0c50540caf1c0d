import Foundation

/// A line on a terminal that shows how much of a transfer is done; nothing where standard error is not a terminal.
final class ProgressBar {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shown: UInt64?

    func show(_ done: UInt64, of total: UInt64) {
        let percent = total == 0 ? 100 : done * 100 / total
        guard isTerminal, percent != shown else { return }
        shown = percent
        let filled = Int(percent) * 40 / 100
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled)
        FileHandle.standardError.write(Data("\r[\(bar)] \(percent) % of \(total / (1 << 20)) MiB".utf8))
    }

    /// Wipes the line, so that what follows stands alone.
    func finish() {
        guard shown != nil else { return }
        shown = nil
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
