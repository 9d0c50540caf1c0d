/// The character references of XML.
enum XMLEscaping {
    /// Appends text for use between tags and in double-quoted attributes, as xapi writes it: `<`, `>`, `&` and `"` become
    /// references, and control characters that XML cannot carry are dropped.
    static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices where isSpecial(bytes[index]) {
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                start = index + 1
                switch bytes[index] {
                case UInt8(ascii: "<"): output.append(literal: "&lt;")
                case UInt8(ascii: ">"): output.append(literal: "&gt;")
                case UInt8(ascii: "&"): output.append(literal: "&amp;")
                case UInt8(ascii: "\""): output.append(literal: "&quot;")
                default: break
                }
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20
            ? byte != 9 && byte != 10 && byte != 13
            : byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
                || byte == UInt8(ascii: "\"")
    }

    /// Replaces character references by what they stand for.
    static func unescape(_ bytes: ArraySlice<UInt8>) throws(CodecError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "&") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            // The longest reference is that to U+10FFFF, with room for leading zeros.
            let window = bytes[(index + 1)..<min(index + 16, bytes.endIndex)]
            guard let end = window.firstIndex(of: UInt8(ascii: ";")) else {
                throw CodecError("'&' begins no character reference", at: index)
            }
            let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
            guard let character = character(name), character.value >= 0x20 || XMLScanner.isSpace(UInt8(character.value))
            else {
                throw CodecError("the entity &\(name); is unknown", at: index)
            }
            result.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
            index = end + 1
        }
        return result
    }

    private static func character(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "lt": "<"
        case "gt": ">"
        case "amp": "&"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}

extension [UInt8] {
    /// Appends text that is known at compile time, which is faster than by way of a `String`.
    @inline(__always)
    mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
