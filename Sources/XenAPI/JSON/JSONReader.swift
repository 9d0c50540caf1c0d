extension JSON {
    /// Reads one JSON text. Null becomes an empty string, a number with a point or an exponent a float.
    public static func read(_ bytes: [UInt8]) throws(CodecError) -> Value {
        var reader = JSONReader(bytes)
        return try reader.document()
    }
}

/// Reads JSON as RFC 8259 has it, with a limit on nesting.
private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private func fault(_ reason: String) -> CodecError { CodecError(reason, at: position) }

    mutating func document() throws(CodecError) -> Value {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault("characters follow the value") }
        return value
    }

    private mutating func skipSpace() {
        while position < bytes.count, XMLScanner.isSpace(bytes[position]) { position += 1 }
    }

    /// The byte after blanks, without taking it.
    private mutating func peek() throws(CodecError) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw fault("the text ends too early") }
        return bytes[position]
    }

    private mutating func take(_ byte: UInt8) throws(CodecError) {
        guard try peek() == byte else { throw fault("'\(Character(Unicode.Scalar(byte)))' was expected") }
        position += 1
    }

    private mutating func value(depth: Int) throws(CodecError) -> Value {
        guard depth < JSON.depthLimit else { throw fault("values nest deeper than \(JSON.depthLimit)") }
        switch try peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "["): return .set(try elements(depth: depth + 1))
        case UInt8(ascii: "{"): return .map(try members(depth: depth + 1))
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .void)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: Value) throws(CodecError) -> Value {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("a value was expected") }
        position += word.utf8.count
        return value
    }

    private mutating func elements(depth: Int) throws(CodecError) -> [Value] {
        try take(UInt8(ascii: "["))
        var elements: [Value] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth))
            if try peek() == UInt8(ascii: "]") {
                position += 1
                return elements
            }
            try take(UInt8(ascii: ","))
        }
    }

    private mutating func members(depth: Int) throws(CodecError) -> [Value.Member] {
        try take(UInt8(ascii: "{"))
        var members: [Value.Member] = []
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw fault("a member's name was expected") }
            let key = try string()
            try take(UInt8(ascii: ":"))
            members.append(Value.Member(key, try value(depth: depth)))
            if try peek() == UInt8(ascii: "}") {
                position += 1
                return members
            }
            try take(UInt8(ascii: ","))
        }
    }

    // MARK: Numbers

    private mutating func number() throws(CodecError) -> Value {
        let start = position
        var isInteger = true
        if at(UInt8(ascii: "-")) { position += 1 }
        let leading = position
        try digits()
        guard position == leading + 1 || bytes[leading] != UInt8(ascii: "0") else {
            throw fault("a number begins with 0")
        }
        if at(UInt8(ascii: ".")) {
            isInteger = false
            position += 1
            try digits()
        }
        if at(UInt8(ascii: "e")) || at(UInt8(ascii: "E")) {
            isInteger = false
            position += 1
            if at(UInt8(ascii: "+")) || at(UInt8(ascii: "-")) { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw fault("the number \(text) is too large") }
        return .float(number)
    }

    private func at(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

    private mutating func digits() throws(CodecError) {
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        guard position > start else { throw fault("a value was expected") }
    }

    // MARK: Strings

    private mutating func string() throws(CodecError) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
            bytes[position] >= 0x20
        {
            position += 1
        }
        if at(UInt8(ascii: "\"")) {
            position += 1
            return try validated(bytes[start..<(position - 1)])
        }
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            guard byte >= 0x20 else { throw fault("a control character stands in a string") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(text[...])
            case UInt8(ascii: "\\"):
                text.append(contentsOf: UTF8.encode(try escape()) ?? UTF8.encodedReplacementCharacter)
            default: text.append(byte)
            }
        }
        throw fault("a string is not closed")
    }

    private func validated(_ bytes: ArraySlice<UInt8>) throws(CodecError) -> String {
        guard let text = String(validUTF8: bytes) else { throw fault("a string is not valid UTF-8") }
        return text
    }

    private mutating func escape() throws(CodecError) -> Unicode.Scalar {
        guard position < bytes.count else { throw fault("a string is not closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw fault("an escape in a string is unknown")
        }
    }

    /// What follows `\u`; characters beyond U+FFFF come as two escapes.
    private mutating func unicodeEscape() throws(CodecError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, bytes[position...].starts(with: "\\u".utf8) else {
            throw fault("half of a surrogate pair")
        }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw fault("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(CodecError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fault("a string is not closed") }
        var number: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits were expected")
            }
            number = number << 4 | UInt32(digit)
        }
        position += 4
        return number
    }
}
