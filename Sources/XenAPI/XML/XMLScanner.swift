/// Takes an XML document apart, one piece at a time.
///
/// It reads what XenAPI's formats need and refuses the rest: document types and their entities are errors, so a document
/// cannot make the reader fetch or expand anything; comments and processing instructions are skipped. Names have no
/// namespaces. Tags must match, and nest no deeper than a limit.
struct XMLScanner {
    /// One piece of a document.
    enum Piece {
        /// An element begins. Its attributes come from ``XMLScanner/nextAttribute()``; unread ones are skipped.
        case start(String)
        /// The element begun last ends.
        case end
        /// Characters, unescaped; a run of them may come in several pieces.
        case text(String)
        /// The document is complete.
        case finished
    }

    let bytes: [UInt8]
    private(set) var position = 0
    private let depthLimit: Int
    private var open: [String] = []
    private var isInTag = false
    private var closesItself = false
    private var hasRoot = false

    init(_ bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    func fault(_ reason: String) -> CodecError { CodecError(reason, at: position) }

    mutating func next() throws(CodecError) -> Piece {
        if isInTag { try skipAttributes() }
        if closesItself {
            closesItself = false
            open.removeLast()
            return .end
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                if let text = try text() { return .text(text) }
                continue
            }
            guard position + 1 < bytes.count else { break }
            switch bytes[position + 1] {
            case UInt8(ascii: "/"): return try endTag()
            case UInt8(ascii: "?"): try skip(past: "?>")
            case UInt8(ascii: "!"):
                if let text = try declaration() { return .text(text) }
            default: return try startTag()
            }
        }
        guard position >= bytes.count, open.isEmpty, hasRoot else {
            position = bytes.count
            throw fault(open.last.map { "the document ends within <\($0)>" } ?? "the document ends too early")
        }
        return .finished
    }

    // MARK: Tags

    private mutating func startTag() throws(CodecError) -> Piece {
        guard !open.isEmpty || !hasRoot else { throw fault("a second root element begins") }
        guard open.count < depthLimit else { throw fault("elements nest deeper than \(depthLimit)") }
        position += 1
        let name = try name()
        hasRoot = true
        isInTag = true
        open.append(name)
        return .start(name)
    }

    private mutating func endTag() throws(CodecError) -> Piece {
        guard let expected = open.last else { throw fault("an end tag has no partner") }
        let start = position
        position += 2
        let found = try name()
        skipSpace()
        guard found == expected else {
            position = start
            throw fault("</\(expected)> was expected, not </\(found)>")
        }
        try take(UInt8(ascii: ">"))
        open.removeLast()
        return .end
    }

    /// The next attribute of the element that has just begun, or nil after its last.
    mutating func nextAttribute() throws(CodecError) -> (name: String, value: String)? {
        guard isInTag else { return nil }
        skipSpace()
        guard position < bytes.count else { throw fault("the document ends within a tag") }
        switch bytes[position] {
        case UInt8(ascii: ">"):
            position += 1
            isInTag = false
            return nil
        case UInt8(ascii: "/"):
            position += 1
            try take(UInt8(ascii: ">"))
            isInTag = false
            closesItself = true
            return nil
        default:
            let name = try name()
            skipSpace()
            try take(UInt8(ascii: "="))
            skipSpace()
            return (name, try attributeValue())
        }
    }

    private mutating func skipAttributes() throws(CodecError) {
        while try nextAttribute() != nil {}
    }

    private mutating func attributeValue() throws(CodecError) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else {
            throw fault("a quote was expected")
        }
        let quote = bytes[position]
        let start = position + 1
        var end = start
        var hasEntity = false
        while end < bytes.count, bytes[end] != quote {
            if bytes[end] == UInt8(ascii: "&") { hasEntity = true }
            if bytes[end] == UInt8(ascii: "<") || isForbidden(at: end) {
                position = end
                throw fault("a character that XML forbids within an attribute")
            }
            end += 1
        }
        guard end < bytes.count else {
            position = end
            throw fault("the document ends within an attribute")
        }
        position = end + 1
        return try string(start..<end, hasEntity: hasEntity)
    }

    private mutating func name() throws(CodecError) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        guard position > start else { throw fault("a name was expected") }
        return try string(start..<position, hasEntity: false)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: ":"), 0x80...:
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 9 || byte == 13 }

    /// Whether a character that no XML document may hold begins at a place.
    private func isForbidden(at place: Int) -> Bool {
        XMLCharacter.isForbidden(bytes[place]) || XMLCharacter.isNoncharacter(bytes, at: place)
    }

    private mutating func take(_ byte: UInt8) throws(CodecError) {
        guard position < bytes.count, bytes[position] == byte else {
            throw fault("'\(Character(Unicode.Scalar(byte)))' was expected")
        }
        position += 1
    }

    // MARK: Characters

    /// The characters up to the next tag; nil where there are only blanks outside of the root.
    private mutating func text() throws(CodecError) -> String? {
        let start = position
        var hasEntity = false
        var isBlank = true
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") { hasEntity = true }
            if !Self.isSpace(bytes[position]) { isBlank = false }
            if isForbidden(at: position) { throw fault("a character that XML forbids") }
            position += 1
        }
        if open.isEmpty {
            guard isBlank else {
                position = start
                throw fault("characters stand outside of the root element")
            }
            return nil
        }
        return try string(start..<position, hasEntity: hasEntity)
    }

    /// A comment (nil) or a CDATA section (its characters).
    private mutating func declaration() throws(CodecError) -> String? {
        if startsHere("<!--") {
            try skip(past: "-->")
            return nil
        }
        guard startsHere("<![CDATA["), !open.isEmpty else {
            throw fault("document types and entity declarations are refused")
        }
        let start = position + 9
        try skip(past: "]]>")
        let end = max(start, position - 3)
        if let place = (start..<end).first(where: isForbidden) {
            throw CodecError("a character that XML forbids", at: place)
        }
        return try string(start..<end, hasEntity: false)
    }

    private func startsHere(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func skip(past end: String) throws(CodecError) {
        let end = Array(end.utf8)
        var index = position
        while index + end.count <= bytes.count {
            if bytes[index] == end[0], bytes[index..<(index + end.count)].elementsEqual(end) {
                position = index + end.count
                return
            }
            index += 1
        }
        position = bytes.count
        throw fault("the document ends too early")
    }

    private func string(_ range: Range<Int>, hasEntity: Bool) throws(CodecError) -> String {
        let text =
            if hasEntity {
                String(validUTF8: try XMLEscaping.unescape(bytes[range])[...])
            } else {
                String(validUTF8: bytes[range])
            }
        guard let text else { throw CodecError("the text is not valid UTF-8", at: range.lowerBound) }
        return text
    }
}

extension String {
    /// The text that these bytes are in UTF-8, or nil where they are none.
    ///
    /// Not inlined: the 6.3 compiler stumbles over the span otherwise.
    @inline(never)
    init?(validUTF8 bytes: ArraySlice<UInt8>) {
        do {
            self = String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            return nil
        }
    }
}
