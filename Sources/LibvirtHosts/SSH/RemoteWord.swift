/// An argument for a script on a host that no shell can take for anything else.
///
/// OpenSSH joins a command's words into one line for the remote shell, so that nothing may go there that has a meaning to
/// shells. What does not fit in goes through standard input instead.
struct RemoteWord: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    let description: String

    /// Takes letters, digits and `. / : _ - @ + ^ ~`; nil for a text that has others or none, or begins with one of the
    /// last three.
    init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "-")...UInt8(ascii: ":")).contains(byte) || "_@+^~".utf8.contains(byte)
        }
        guard isPlain, let first = text.utf8.first, !"+^~".utf8.contains(first), text.utf8.count <= 1_024 else {
            return nil
        }
        description = text
    }

    init(_ number: some BinaryInteger) { description = String(number) }

    init(stringLiteral text: StaticString) { description = text.description }
}
