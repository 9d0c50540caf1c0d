/// The character references of XML.
enum XMLEscaping {
    /// Appends text for use between tags and in double-quoted attributes, as xapi writes it: `<`, `>`, `&` and `"` become
    /// references, and so does CR, which readers would take for a line end; what XML can not carry is dropped.
    static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            var index = 0
            while index < bytes.count {
                guard isSpecial(bytes[index]) else {
                    index += 1
                    continue
                }
                if bytes[index] == 0xEF, !XMLCharacter.isNoncharacter(bytes, at: index) {
                    index += 3
                    continue
                }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                switch bytes[index] {
                case UInt8(ascii: "<"): output.append(literal: "&lt;")
                case UInt8(ascii: ">"): output.append(literal: "&gt;")
                case UInt8(ascii: "&"): output.append(literal: "&amp;")
                case UInt8(ascii: "\""): output.append(literal: "&quot;")
                case 13: output.append(literal: "&#13;")
                default: break
                }
                index += bytes[index] == 0xEF ? 3 : 1
                start = index
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// Whether a byte may begin something that is not written as it is.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20
            ? byte != 9 && byte != 10
            : byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
                || byte == UInt8(ascii: "\"") || byte == 0xEF
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
            guard let character = character(name), !XMLCharacter.isForbidden(character) else {
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
