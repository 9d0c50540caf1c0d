import Basics

/// How much a document may hold.
public struct XMLLimits: Hashable, Sendable {
    /// Bytes of the document.
    public var bytes: Int
    /// Elements inside one another.
    public var depth: Int
    /// Elements in all.
    public var elements: Int

    /// What a package program's answer needs.
    public static let small = XMLLimits(bytes: 64 << 10, depth: 16, elements: 2_000)
    /// What a catalogue of all hotfixes needs.
    public static let large = XMLLimits(bytes: 64 << 20, depth: 32, elements: 2_000_000)
}

/// Why a text is not one XML element, and where.
public struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in a few words.
    public var reason: String
    /// The line, from 1.
    public var line: Int

    /// `line 3: an attribute appears twice`
    public var description: String { "line \(line): \(reason)" }
}

/// A strict reader for the small documents of this field: one element, UTF-8, no document type, no entities but the five
/// predefined ones and character references. Comments, processing instructions and white space around the root are skipped.
public struct XMLReader {
    private let bytes: [UInt8]
    private let limits: XMLLimits
    private var position = 0
    private var elements = 0

    private init(_ bytes: [UInt8], _ limits: XMLLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads a document whose root is one element.
    public static func read(_ input: [UInt8], limits: XMLLimits = .small) throws(XMLError) -> XMLElement {
        let bytes = input.withoutByteOrderMark
        var reader = XMLReader(bytes, limits)
        guard bytes.count <= limits.bytes else { throw reader.error("it is longer than \(limits.bytes) bytes") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw reader.error("it is not UTF-8") }
        if let control = bytes.firstIndex(where: { $0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0) }) {
            reader.position = control
            throw reader.error("a control character")
        }
        // U+FFFE and U+FFFF are the two others that no document may hold.
        var start = bytes.startIndex
        while let lead = bytes[start...].firstIndex(of: 0xef) {
            if bytes[lead...].starts(with: [0xef, 0xbf, 0xbe]) || bytes[lead...].starts(with: [0xef, 0xbf, 0xbf]) {
                reader.position = lead
                throw reader.error("a character that XML does not allow")
            }
            start = lead + 1
        }
        try reader.skipMisc()
        let root = try reader.element(depth: 1)
        try reader.skipMisc()
        guard reader.position == bytes.count else { throw reader.error("text after the document") }
        return root
    }

    /// Reads a document from text.
    public static func read(_ text: String, limits: XMLLimits = .small) throws(XMLError) -> XMLElement {
        try read(Array(text.utf8), limits: limits)
    }

    // MARK: Elements

    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard take("<") else { throw error("an element is expected") }
        guard depth <= limits.depth else { throw error("elements are nested too deeply") }
        elements += 1
        guard elements <= limits.elements else { throw error("too many elements") }
        var element = XMLElement(name: try name())
        while true {
            let spaced = skipSpace()
            if take("/>") { return element }
            if take(">") { break }
            guard spaced else { throw error("a space is missing in <\(element.name)>") }
            let attribute = try attribute()
            guard element[attribute.name] == nil else { throw error("the attribute \(attribute.name) appears twice") }
            guard element.attributes.count < 64 else { throw error("too many attributes in <\(element.name)>") }
            element.attributes.append(attribute)
        }
        try content(of: &element, depth: depth)
        return element
    }

    private mutating func content(of element: inout XMLElement, depth: Int) throws(XMLError) {
        var text: [UInt8] = []
        while true {
            let plain = bytes[position...].prefix { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
            text += plain
            position = plain.endIndex
            if take("</") {
                guard try name() == element.name else { throw error("<\(element.name)> is closed by another name") }
                _ = skipSpace()
                guard take(">") else { throw error("> is missing") }
                element.text = String(decoding: text, as: UTF8.self)
                return
            }
            if take("<!--") {
                try skip(past: "-->")
            } else if take("<![CDATA[") {
                let start = position
                try skip(past: "]]>")
                text += bytes[start..<(position - 3)]
            } else if take("<?") {
                try skip(past: "?>")
            } else if peek("<!") {
                throw error("declarations are not allowed")
            } else if peek("<") {
                element.children.append(try self.element(depth: depth + 1))
            } else {
                try character(into: &text, stop: nil)
            }
        }
    }

    private mutating func attribute() throws(XMLError) -> XMLElement.Attribute {
        let name = try name()
        _ = skipSpace()
        guard take("=") else { throw error("the attribute \(name) has no value") }
        _ = skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
        else { throw error("the value of \(name) has no quotes") }
        let quote = bytes[position]
        position += 1
        var value: [UInt8] = []
        while position < bytes.count, bytes[position] != quote { try character(into: &value, stop: name) }
        guard position < bytes.count else { throw error("the value of \(name) does not end") }
        position += 1
        return XMLElement.Attribute(name: name, value: String(decoding: value, as: UTF8.self))
    }

    /// One character of text, or of the value of the attribute `stop`.
    private mutating func character(into text: inout [UInt8], stop attribute: String?) throws(XMLError) {
        guard position < bytes.count else { throw error("the document ends too early") }
        let byte = bytes[position]
        if byte == UInt8(ascii: "&") {
            text += try reference()
        } else if byte == UInt8(ascii: "<"), let attribute {
            throw error("< in the value of \(attribute)")
        } else {
            text.append(byte)
            position += 1
        }
    }

    /// `&amp;`, `&#38;` and the like. Nothing is ever expanded to more than one character.
    private mutating func reference() throws(XMLError) -> [UInt8] {
        let window = bytes[position..<min(position + 12, bytes.count)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { throw error("& without ;") }
        let word = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        let scalar: Unicode.Scalar?
        switch word {
        case "amp": scalar = "&"
        case "lt": scalar = "<"
        case "gt": scalar = ">"
        case "quot": scalar = "\""
        case "apos": scalar = "'"
        default:
            let code =
                word.hasPrefix("#x")
                ? UInt32(word.dropFirst(2), radix: 16)
                : word.hasPrefix("#") ? UInt32(word.dropFirst()) : nil
            scalar = code.flatMap { isAllowed($0) ? Unicode.Scalar($0) : nil }
        }
        guard let scalar else { throw error("the entity &\(word); is not allowed") }
        position = end + 1
        return Array(String(scalar).utf8)
    }

    /// XML 1.0 §2.2, but for surrogates, which are no scalars.
    private func isAllowed(_ code: UInt32) -> Bool {
        (code >= 0x20 && code != 0xfffe && code != 0xffff) || [9, 10, 13].contains(code)
    }

    private mutating func name() throws(XMLError) -> String {
        let start = position
        while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
        let found = bytes[start..<position]
        guard let first = found.first, !(0x30...0x39).contains(first), first != 0x2d, first != 0x2e, found.count <= 256
        else { throw error("a name is expected") }
        return String(decoding: found, as: UTF8.self)
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x3a, 0x5f, 0x80...: true
        default: false
        }
    }

    // MARK: Small steps

    private mutating func skipMisc() throws(XMLError) {
        while true {
            if skipSpace() { continue }
            if take("<?") {
                try skip(past: "?>")
            } else if take("<!--") {
                try skip(past: "-->")
            } else if peek("<!") {
                throw error("declarations are not allowed")
            } else {
                return
            }
        }
    }

    private mutating func skipSpace() -> Bool {
        let start = position
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
        return position > start
    }

    private mutating func skip(past end: StaticString) throws(XMLError) {
        while position < bytes.count {
            if take(end) { return }
            position += 1
        }
        throw error("\(end) is missing")
    }

    private func peek(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard peek(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    private func error(_ reason: String) -> XMLError {
        XMLError(reason: reason, line: 1 + bytes[..<min(position, bytes.count)].count { $0 == 0x0a })
    }
}
