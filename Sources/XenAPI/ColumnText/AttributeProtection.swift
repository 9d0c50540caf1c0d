/// The `%` codes that keep blanks and line ends of a column alive in an XML attribute.
///
/// XML parsers may fold blanks in attributes, so xapi writes two blanks as `%_`, TAB as `%t`, LF as `%n`, CR as `%r` and
/// `%` as `%%` before it escapes for XML.
public enum AttributeProtection {
    private static let percent = UInt8(ascii: "%")

    /// Writes a text so that XML attributes carry it unharmed.
    public static func protect(_ text: String) -> String {
        guard needsProtection(text) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 32 where index + 1 < bytes.count && bytes[index + 1] == 32:
                result += [percent, UInt8(ascii: "_")]
                index += 1
            case 9: result += [percent, UInt8(ascii: "t")]
            case 10: result += [percent, UInt8(ascii: "n")]
            case 13: result += [percent, UInt8(ascii: "r")]
            case percent: result += [percent, percent]
            default: result.append(bytes[index])
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func needsProtection(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == percent || byte == 9 || byte == 10 || byte == 13 || (byte == 32 && previous == 32) {
                return true
            }
            previous = byte
        }
        return false
    }

    /// Reads a text that ``protect(_:)`` wrote; a `%` that begins no code stands for itself.
    public static func unprotect(_ text: String) -> String {
        guard text.utf8.contains(percent) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let next = index + 1 < bytes.count && bytes[index] == percent ? bytes[index + 1] : 0
            index += 1
            switch next {
            case UInt8(ascii: "_"): result += [32, 32]
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "r"): result.append(13)
            case percent: result.append(percent)
            default:
                result.append(bytes[index - 1])
                continue
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
