import Basics
import Foundation

/// What the client itself needs to know, gathered from `~/.xe`, `XE_EXTRA_ARGS` and the command line, in that order.
struct Options: Equatable {
    var server = "127.0.0.1"
    var port: Int?
    var username = "root"
    var password = "null"
    var passwordFile: String?
    var useTLS = true
    var debug = Debug.never
    /// What to do instead of talking to a server.
    var request: Request = .run
    /// Words for the server: the command and its parameters.
    var words: [String] = []
    /// Words for the server that came from `~/.xe` or `XE_EXTRA_ARGS`; they follow those of the command line.
    var extraWords: [String] = []

    /// When the messages between client and server are shown.
    enum Debug: Equatable {
        case never
        case always
        /// Once the command has failed.
        case onFailure
    }

    enum Request: Equatable {
        case run
        case usage
        case version
    }

    /// A setting that can not be understood; the message is for the user.
    struct Mistake: Error, Equatable {
        let message: String
    }

    /// The port: the one given, else 443 with TLS and 80 without.
    var effectivePort: Int { port ?? (useTLS ? 443 : 80) }

    /// All words for the server, the credentials last.
    var allWords: [String] { words + extraWords + ["username=\(username)", "password=\(password)"] }

    /// Reads lines of `~/.xe`: `key=value`, one a line. One line that is not so spoils the file.
    static func parse(rc text: String) throws(Mistake) -> [String] {
        var settings: [String] = []
        for line in TextLines(text).lines {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty { continue }
            guard line.contains("=") else { throw Mistake(message: "Error parsing rc file. No defaults loaded") }
            settings.append(line)
        }
        return settings
    }

    /// Reads `XE_EXTRA_ARGS`: words with commas between them; `\,` stands for a comma within a word.
    static func parse(extraArguments text: String) -> [String] {
        var words = [""]
        var escaped = false
        for character in text {
            if escaped {
                words[words.count - 1] += character == "," ? "," : "\\\(character)"
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "," {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        if escaped { words[words.count - 1].append("\\") }
        return words.filter { !$0.isEmpty }
    }

    /// Takes settings of `~/.xe` and `XE_EXTRA_ARGS`; what is not the client's is kept for the server.
    mutating func take(defaults: [String]) throws(Mistake) {
        var words = defaults[...]
        while let word = words.popFirst() {
            if try !takeOwn(word, &words) { extraWords.append(word) }
        }
    }

    /// Takes the command line.
    mutating func take(arguments: [String]) throws(Mistake) {
        var words = arguments[...]
        while let word = words.popFirst() {
            if try !takeOwn(word, &words) { self.words.append(word) }
        }
        if self.words.isEmpty, request == .run { request = .usage }
    }

    /// Takes a word that is meant for the client.
    ///
    /// - Returns: whether it was.
    private mutating func takeOwn(_ word: String, _ rest: inout ArraySlice<String>) throws(Mistake) -> Bool {
        func value() throws(Mistake) -> String {
            guard let value = rest.popFirst() else { throw Mistake(message: "Switch \(word) requires a parameter") }
            return value
        }
        switch word {
        case "-s", "-h": server = Self.host(try value())
        case "-p": port = try Self.port(try value())
        case "-u": username = try value()
        case "-pw": password = try value()
        case "-pwf": passwordFile = try value()
        case "--nossl": useTLS = false
        case "--debug": debug = .always
        case "--debug-on-fail": debug = .onFailure
        case "-version": request = .version
        case "-help", "--help": request = .usage
        default: return try takeSetting(word)
        }
        return true
    }

    private mutating func takeSetting(_ word: String) throws(Mistake) -> Bool {
        guard let equals = word.firstIndex(of: "=") else { return false }
        let value = String(word[word.index(after: equals)...])
        switch word[..<equals] {
        case "server": server = Self.host(value)
        case "port": port = try Self.port(value)
        case "username": username = value
        case "password": password = value
        case "passwordfile": passwordFile = value
        case "nossl": useTLS = value != "true"
        case "debug": debug = value == "true" ? .always : .never
        case "debugonfail": debug = value == "true" ? .onFailure : .never
        default: return false
        }
        return true
    }

    private static func port(_ text: String) throws(Mistake) -> Int {
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw Mistake(message: "Port number '\(text)' is not a number from 1 to 65535")
        }
        return port
    }

    /// An address of IPv6 may stand in brackets, as in URLs.
    private static func host(_ text: String) -> String {
        text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    }

    /// Takes user and password from the lines of a password file, which override all else.
    mutating func take(passwordFile text: String) throws(Mistake) {
        let lines = TextLines(text).lines
        guard lines.count >= 2 else {
            throw Mistake(message: "The password file needs two lines: the user's name, then the password")
        }
        username = lines[0]
        password = lines[1]
    }

    /// The protocol sends one word a line: what follows a line end in a word would be another parameter.
    func refuseLineEnds() throws(Mistake) {
        for word in allWords where word.utf8.contains(UInt8(ascii: "\n")) || word.utf8.last == UInt8(ascii: "\r") {
            let name = word.split(separator: "=", maxSplits: 1).first.map { $0.escaped(for: .line) } ?? ""
            throw Mistake(message: "'\(name)' holds a line end, which xe can not send; nothing was sent")
        }
    }

    /// The parameters by which commands of every version name files of ours.
    private static let fileParameters: Set = [
        "file-name", "filename", "license-file", "certificate", "certificate-chain", "private-key",
    ]

    /// Whether these words name a file as one that the command reads or writes.
    func names(file: String) -> Bool {
        let wanted = URL(filePath: file).standardizedFileURL.path
        return (words + extraWords).contains { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty, Self.fileParameters.contains(parts[0]) else { return false }
            return parts[1] == file || URL(filePath: parts[1]).standardizedFileURL.path == wanted
        }
    }
}
