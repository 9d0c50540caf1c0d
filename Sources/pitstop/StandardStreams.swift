import Foundation

/// Lines for people.
enum StandardError {
    static func write(_ line: String, terminator: String = "\n") {
        FileHandle.standardError.write(Data((line + terminator).utf8))
    }
}

/// Lines for whoever reads our output: each is out before anything else happens.
enum StandardOutput {
    static func write(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

/// A command could not do its work; the sentence says why and what to do.
struct OperatorError: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }
}
