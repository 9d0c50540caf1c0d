import Basics

/// A written page: bytes that all readers of one role share, and where each reader's own token goes.
struct RenderedPage: Sendable {
    /// UTF-8, with ``tokenLength`` bytes of filling wherever a token belongs.
    fileprivate(set) var bytes: [UInt8] = []
    fileprivate(set) var tokens: [Int] = []
    /// The parts that change, by name, as ranges of the bytes.
    fileprivate(set) var live: [(id: String, range: Range<Int>)] = []

    /// Bytes of a token against cross-site posts: 256 bits in base 64.
    static let tokenLength = 43

    /// The page, or a part of it, for a reader.
    func bytes(_ range: Range<Int>? = nil, token: String) -> [UInt8] {
        let range = range ?? 0..<bytes.count
        var own = Array(bytes[range])
        guard token.utf8.count == Self.tokenLength else { return own }
        for start in tokens where range.contains(start) {
            own.replaceSubrange(
                start - range.lowerBound..<start - range.lowerBound + Self.tokenLength,
                with: token.utf8
            )
        }
        return own
    }
}

/// Writes HTML as bytes. What is not seen in a text, or would turn the direction of what follows, is written out.
struct HTMLWriter {
    private(set) var page = RenderedPage()

    init() { page.bytes.reserveCapacity(32 << 10) }

    mutating func write(_ html: HTML) {
        switch html {
        case .text(let text): escape(text.escaped(for: .text))
        case .group(let parts): for part in parts { write(part) }
        case .element(let tag, let attributes, let content):
            raw("<")
            raw(tag.name)
            write(attributes)
            raw(">")
            guard !tag.isVoid else { return }
            write(content)
            raw("</")
            raw(tag.name)
            raw(">")
        case .live(let id, let content):
            let start = page.bytes.count
            write(content)
            page.live.append((id, start..<page.bytes.count))
        case .post(let path, let shown, let attributes, let content):
            raw("<form")
            write([.method("post"), .action(path)] + attributes)
            raw("><input type=\"hidden\" name=\"token\" value=\"")
            page.tokens.append(page.bytes.count)
            page.bytes.append(contentsOf: repeatElement(UInt8(ascii: "-"), count: RenderedPage.tokenLength))
            raw("\">")
            if !shown.facts.isEmpty { write(input(.type("hidden"), .name("shown"), .value(shown.text))) }
            write(content)
            raw("</form>")
        }
    }

    private mutating func write(_ attributes: [Attribute]) {
        for attribute in attributes {
            raw(" ")
            raw(attribute.name)
            guard let value = attribute.value else { continue }
            raw("=\"")
            escape(value)
            raw("\"")
        }
    }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { page.bytes.append(contentsOf: $0) }
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "\""): raw("&quot;")
            case UInt8(ascii: "'"): raw("&#39;")
            // No attribute needs control characters, and some readers trip over them.
            case 0..<9, 11, 12, 14..<32: raw("\u{FFFD}")
            default: page.bytes.append(byte)
            }
        }
    }
}
