/// A command line as `xe` sends it: one word a line, the command first.
public struct CLIRequest: Hashable, Sendable {
    /// One `name=value` of a command line.
    public struct Parameter: Hashable, Sendable {
        /// What stands before the first `=`, or the name of a `--switch`.
        public let name: String
        /// What stands after it: `true` for a `--switch`, empty for a bare word.
        public let value: String

        /// Creates a parameter.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The session to run in, where a slave passes a command on to its master.
    public let session: Ref?
    /// The command, such as `patch-upload`.
    public let command: String
    /// The other words, in the order in which they came; the ones that the client adds come last.
    public let parameters: [Parameter]

    /// Creates a request from its parts.
    public init(command: String, parameters: [Parameter] = [], session: Ref? = nil) {
        self.session = session
        self.command = command
        self.parameters = parameters
    }

    /// The value of a parameter; the first one counts where it is given twice.
    public subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The value of a parameter that is true or false; nil where it is absent.
    public func flag(_ name: String) throws(CLISyntaxError) -> Bool? {
        guard let text = self[name] else { return nil }
        switch text.lowercased() {
        case "true", "t", "1": return true
        case "false", "f", "0": return false
        default: throw CLISyntaxError("Failed to parse parameter '\(name)': expecting 'true' or 'false'")
        }
    }
}

/// A command line that makes no sense; `xe` prints it after `Syntax error: `.
public struct CLISyntaxError: Error, Hashable, Sendable {
    /// What is wrong with it.
    public let message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }
}

extension CLIRequest {
    /// The switches with one dash, each of which takes the next word as its value.
    private static let shortSwitches = [
        "-u": "username", "-pw": "password", "-s": "server", "-h": "server", "-p": "port",
    ]

    /// Reads the body of a `POST /cli`, with lines that end in LF or CRLF.
    public init(body: some Sequence<UInt8>) throws(CLISyntaxError) {
        let text = Array(body)
        var words: [String] = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        if words.last == "" { words.removeLast() }
        try self.init(words: words)
    }

    /// Reads the words of a command line.
    public init(words: [String]) throws(CLISyntaxError) {
        var words = words[...]
        var session: Ref?
        if let first = words.first, first.hasPrefix("session_id=") {
            session = Ref(String(first.utf8.dropFirst("session_id=".utf8.count)) ?? "")
            words.removeFirst()
        }
        var parameters: [Parameter] = []
        // Switches may stand before the command.
        while let word = words.first, word.hasPrefix("-") {
            parameters.append(try Self.parameter(from: &words))
        }
        guard let command = words.popFirst(), !command.isEmpty, !command.utf8.contains(UInt8(ascii: "=")) else {
            throw CLISyntaxError("command name is missing")
        }
        while !words.isEmpty { parameters.append(try Self.parameter(from: &words)) }
        self.init(command: command, parameters: parameters, session: session)
    }

    private static func parameter(from words: inout ArraySlice<String>) throws(CLISyntaxError) -> Parameter {
        let word = words.removeFirst()
        if word.hasPrefix("--") { return Parameter(String(word.dropFirst(2)), "true") }
        if word.hasPrefix("-") {
            guard let name = shortSwitches[word] else { throw CLISyntaxError("Unknown switch: \(word)") }
            guard let value = words.popFirst() else { throw CLISyntaxError("Switch \(word) requires a parameter") }
            return Parameter(name, value)
        }
        // Bytes, since a combining mark after `=` would make one character with it.
        guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return Parameter(word, "") }
        return Parameter(String(word[..<equals]), String(word[word.utf8.index(after: equals)...]))
    }

    /// The body of a `POST /cli` that carries these words.
    ///
    /// - Throws: ``CLISyntaxError`` for a word with a line end, which the protocol has no way to carry: what follows it
    ///   would become a word of its own.
    public static func body(words: [String]) throws(CLISyntaxError) -> [UInt8] {
        // Bytes: CR and LF together are one character.
        if let word = words.first(where: { $0.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 } }) {
            throw CLISyntaxError(
                "a value can not have a line end or a NUL in it: "
                    + word.prefix(80).map { $0.isNewline || $0 == "\0" ? "?" : String($0) }.joined()
            )
        }
        return Array(words.joined(separator: "\n").utf8)
    }
}
