import Basics

/// What the client shows. The server's text may hold names that anybody has given; nothing of it drives the terminal.
enum Output {
    /// A result, for people and scripts. Ends the client where it can not be written.
    static func write(_ text: String) { StandardStream.output.writeResult(text.escaped(for: .text).utf8) }

    /// A remark, for people. One that nobody can read is lost.
    static func report(_ text: String) { try? StandardStream.error.write(text.escaped(for: .text).utf8) }
}

/// What is told with `--debug`, and with `--debug-on-fail` only where the command fails.
final class Trace {
    private let when: Options.Debug
    private var kept = ""

    init(_ when: Options.Debug) { self.when = when }

    func add(_ line: @autoclosure () -> String) {
        switch when {
        case .never: break
        case .always: Output.report(line() + "\n")
        case .onFailure: kept += line() + "\n"
        }
    }

    /// Tells what was kept, once it is known that the command has failed.
    func showFailure() {
        guard when == .onFailure else { return }
        Output.report("\nDebug info:\n\n" + kept)
        kept = ""
    }
}
