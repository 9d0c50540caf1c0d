import Hosts

/// What the words of an answer are made of.
extension HostReply {
    /// A text of several lines, each without what could drive a terminal.
    static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { HostAnswer.text($0, bytes: 16_384) }
            .joined(separator: "\n")
    }

    /// Addresses may carry a user and a password, which are nobody's business here.
    static func withoutPassword(_ address: String) -> String {
        guard let mark = address.firstRange(of: "://"),
            let end = address[mark.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        else { return address }
        return String(address[..<mark.upperBound] + address[address.index(after: end)...])
    }

    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// What ids and addresses of repositories are made of: nothing that ends a text.
    static func isAddress(_ text: String) -> Bool {
        (1...1_024).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"'\"\\`$".utf8.contains($0) }
    }

    /// What names, versions, releases and architectures are made of, here as in files: a word, and no option or path.
    static func isWord(_ text: String) -> Bool {
        guard (1...256).contains(text.utf8.count), !text.hasPrefix("-"), !text.hasPrefix(".") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-._+~^".utf8.contains(byte)
            }
        }
    }
}
