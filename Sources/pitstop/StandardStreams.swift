import Basics
import Foundation

/// Remarks for people. One that nobody can read is lost.
enum StandardError {
    /// One line. A line end in it is shown, and begins no other line.
    static func write(_ line: String) {
        try? StandardStream.error.write((line.escaped(for: .line) + "\n").utf8)
    }

    /// Several lines, or a question whose line goes on.
    static func write(text: String, terminator: String = "\n") {
        try? StandardStream.error.write((text + terminator).escaped(for: .text).utf8)
    }
}

/// Results, for whoever reads our output: each is out before anything else happens. A command whose result can not be
/// written ends: see ``StandardStream/writeResult(_:)``.
///
/// Names and answers that somebody else gave do not drive the reader's terminal, whichever of these writes them.
enum StandardOutput {
    /// One line. A line end in it is shown, and begins no other line.
    static func write(_ line: String) {
        StandardStream.output.writeResult((line.escaped(for: .line) + "\n").utf8)
    }

    /// Several lines.
    static func write(text: String, terminator: String = "\n") {
        StandardStream.output.writeResult((text + terminator).escaped(for: .text).utf8)
    }

    /// A value as JSON for people and programs, on several lines, its keys in order.
    static func write(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        write(text: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// A document, such as an article: byte for byte where a program or a file takes it, and on a terminal without what
    /// would drive it.
    static func write(document: String) {
        StandardStream.output.writeResult((isTerminal ? document.escaped(for: .text) : document).utf8)
    }

    /// What moves the terminal's own cursor.
    static func draw(_ bar: String) { StandardStream.output.writeResult(bar.utf8) }

    static var isTerminal: Bool { StandardStream.output.isTerminal }
}

/// Takes the place of Swift's own `print` in all commands: that one says nothing of a disk that is full. One line.
func print(_ line: String) { StandardOutput.write(line) }

/// A command could not do its work; the sentence says why and what to do.
struct OperatorError: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }
}
