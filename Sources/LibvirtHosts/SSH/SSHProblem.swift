/// Why OpenSSH could not connect, as far as its words tell.
enum SSHProblem: Hashable, Sendable {
    case changedKey
    case unknownKey
    case login
    case unresolvable
    case refused
    case silent
    case other(String)

    /// Reads what `ssh` printed.
    init(_ text: String) {
        let known: [(words: String, problem: SSHProblem)] = [
            ("HOST IDENTIFICATION HAS CHANGED", .changedKey), ("Host key verification failed", .unknownKey),
            ("Permission denied", .login), ("Could not resolve hostname", .unresolvable),
            ("Connection refused", .refused), ("timed out", .silent), ("No route to host", .silent),
            ("Network is unreachable", .silent), ("not responding", .silent),
        ]
        self = known.first { text.contains($0.words) }?.problem ?? .other(text.isEmpty ? "" : text.firstLine)
    }

    /// What to tell the operator; nil where nothing is known.
    var reason: String? {
        switch self {
        case .changedKey: "its SSH key has changed"
        case .unknownKey:
            "its SSH key is not in the known-hosts file: compare it with the host's own, then add it (ssh-keyscan prints it)"
        case .login: "it does not let this account in: put the public key into its authorized_keys"
        case .unresolvable: "nobody knows its name: give its address in pool.yaml"
        case .refused: "no SSH server listens there"
        case .silent: "no answer on SSH"
        case .other(let text): text.isEmpty ? nil : text
        }
    }

    /// Whether it may be over by itself, as when a host boots.
    var mayPass: Bool {
        switch self {
        case .refused, .silent, .other: true
        case .changedKey, .unknownKey, .login, .unresolvable: false
        }
    }

    /// The fingerprint that the warning of a changed key names.
    static func fingerprint(in text: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("SHA256:") }
            .map { String($0.last == "." ? $0.dropLast() : $0) }
    }
}
