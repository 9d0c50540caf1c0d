/// Texts with escapes, which names of hosts and VMs seldom have.
extension JSONCursor {
    /// Reads on from the first escape of a text that began at `start`.
    mutating func escapedString(from start: Int) throws(InputError) -> String {
        var units = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): try appendEscape(to: &units)
            case 0..<0x20: throw broken("a control character stands inside a text")
            default: units.append(byte)
            }
        }
        throw broken("a text is not closed")
    }

    private mutating func appendEscape(to units: inout [UInt8]) throws(InputError) {
        guard position < bytes.count else { throw broken("a text is not closed") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(8)
        case UInt8(ascii: "f"): units.append(12)
        case UInt8(ascii: "n"): units.append(10)
        case UInt8(ascii: "r"): units.append(13)
        case UInt8(ascii: "t"): units.append(9)
        case UInt8(ascii: "u"):
            var code = try hex4()
            if code & 0xFC00 == 0xD800, literal("\\u") {
                let low = try hex4()
                code = low & 0xFC00 == 0xDC00 ? 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) : 0xFFFD
            }
            units.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw broken("unknown escape in a text")
        }
    }

    private mutating func hex4() throws(InputError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw broken("a text is not closed") }
        let digits = String(decoding: UnsafeBufferPointer(rebasing: bytes[position..<position + 4]), as: UTF8.self)
        guard let code = UInt32(digits, radix: 16) else { throw broken("unknown escape in a text") }
        position += 4
        return code
    }
}
