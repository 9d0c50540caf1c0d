/// The nested lists of words in which xapi stores sets and maps.
enum SExpression: Hashable, Sendable {
    case atom(String)
    case list([SExpression])

    /// How deep lists may nest in what is read.
    static let depthLimit = 64

    /// The text, with every word in single quotes.
    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .atom(let word):
            bytes.append(UInt8(ascii: "'"))
            for byte in word.utf8 {
                if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    bytes.append(UInt8(ascii: "\\"))
                }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "'"))
        case .list(let items):
            bytes.append(UInt8(ascii: "("))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: " ")) }
                item.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: ")"))
        }
    }

    /// Reads one expression; an empty text is an empty list. Words may stand in single or double quotes, or in none.
    init(_ text: String) throws(CodecError) {
        if text.isEmpty || text == "()" {
            self = .list([])
            return
        }
        var parser = SExpressionParser(Array(text.utf8))
        self = try parser.whole()
    }
}

private struct SExpressionParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() throws(CodecError) -> SExpression {
        let expression = try expression(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw CodecError("text follows the closing parenthesis", at: position) }
        return expression
    }

    private mutating func skipSpace() {
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    private mutating func expression(depth: Int) throws(CodecError) -> SExpression {
        skipSpace()
        guard position < bytes.count else { throw CodecError("the text ends where a value should stand", at: position) }
        switch bytes[position] {
        case UInt8(ascii: "("):
            guard depth < SExpression.depthLimit else { throw CodecError("lists nest too deep", at: position) }
            position += 1
            return .list(try items(depth: depth + 1))
        case UInt8(ascii: ")"): throw CodecError("a closing parenthesis has no partner", at: position)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .atom(try quoted())
        default: return .atom(bare())
        }
    }

    private mutating func items(depth: Int) throws(CodecError) -> [SExpression] {
        var items: [SExpression] = []
        while true {
            skipSpace()
            guard position < bytes.count else { throw CodecError("a list is not closed", at: position) }
            if bytes[position] == UInt8(ascii: ")") {
                position += 1
                return items
            }
            items.append(try expression(depth: depth))
        }
    }

    private mutating func quoted() throws(CodecError) -> String {
        let start = position
        let quote = bytes[start]
        position += 1
        var word: [UInt8] = []
        while position < bytes.count {
            var byte = bytes[position]
            position += 1
            if byte == quote { return String(decoding: word, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard position < bytes.count else { break }
                byte = bytes[position]
                position += 1
            }
            word.append(byte)
        }
        throw CodecError("a quote is not closed", at: start)
    }

    private mutating func bare() -> String {
        let start = position
        while position < bytes.count, !isSpace(bytes[position]), bytes[position] != UInt8(ascii: "("),
            bytes[position] != UInt8(ascii: ")"), bytes[position] != UInt8(ascii: "\"")
        {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}
