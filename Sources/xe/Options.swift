import Foundation

/// What the client itself needs to know, gathered from `~/.xe`, `XE_EXTRA_ARGS` and the command line, in that order.
struct Options: Equatable {
    var server = "127.0.0.1"
    var port: Int?
    var username = "root"
    var password = "null"
    var passwordFile: String?
    var useTLS = true
    var debug = false
    /// What to do instead of talking to a server.
    var request: Request = .run
    /// Words for the server: the command and its parameters.
    var words: [String] = []
    /// Words for the server that came from `~/.xe` or `XE_EXTRA_ARGS`; they follow those of the command line.
    var extraWords: [String] = []

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
        for line in text.split(whereSeparator: \.isNewline) {
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
        case "-s", "-h": server = try value()
        case "-p": port = try Self.port(try value())
        case "-u": username = try value()
        case "-pw": password = try value()
        case "-pwf": passwordFile = try value()
        case "--nossl": useTLS = false
        case "--debug", "--debug-on-fail": debug = true
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
        case "server": server = value
        case "port": port = try Self.port(value)
        case "username": username = value
        case "password": password = value
        case "passwordfile": passwordFile = value
        case "nossl": useTLS = value != "true"
        case "debug", "debugonfail": debug = value == "true"
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

    /// Takes user and password from the lines of a password file, which override all else.
    mutating func take(passwordFile text: String) throws(Mistake) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 2 else {
            throw Mistake(message: "The password file needs two lines: the user's name, then the password")
        }
        username = lines[0]
        password = lines[1]
    }
}
