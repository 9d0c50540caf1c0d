/// XenAPI's values as JSON text.
///
/// Dates are strings like `20111231T23:59:59Z`, integers are numbers, void is an empty string. A number that is not
/// finite becomes null, for JSON has no word for it.
public enum JSON {
    /// How deep values may nest in what is read.
    public static let depthLimit = 32

    /// The text of a value.
    public static func encode(_ value: Value) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output)
        return output
    }

    /// Appends the text of a value.
    public static func append(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .string(let text): appendString(text, to: &output)
        case .int(let number): output.append(contentsOf: String(number).utf8)
        case .float(let number):
            output.append(contentsOf: (number.isFinite ? DecimalText.wire(number) : "null").utf8)
        case .bool(let flag): output.append(literal: flag ? "true" : "false")
        case .date(let time): appendString(time.iso8601, to: &output)
        case .set(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .map(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                appendString(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                append(member.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    static func appendString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                start = index + 1
                appendEscape(byte, to: &output)
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): output.append(literal: "\\\"")
        case UInt8(ascii: "\\"): output.append(literal: "\\\\")
        case 10: output.append(literal: "\\n")
        case 13: output.append(literal: "\\r")
        case 9: output.append(literal: "\\t")
        default:
            output.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        }
    }
}
