/// Where text that somebody else wrote is to be shown.
///
/// Pages and documents that have writers of their own for HTML or XML escape there; these are the other places.
public enum Place: Sendable {
    /// One line: of a terminal, a report, a log. A line end in the text is shown, and begins no line.
    case line
    /// Text of several lines: line ends and tabs in it are what they are.
    case text
    /// One line within HTML or XML that is put together as text, between tags or in a value in double quotes.
    case markup
}

extension StringProtocol {
    /// The text with everything that is not seen where it stands, or that moves what stands beside it, written out: control
    /// characters, which drive terminals; marks that turn the direction of what follows; other invisible characters.
    ///
    /// They are written as JSON writes them, such as `\n`, `\u001b` and `\u202e`, so that JSON that is escaped stays the same
    /// JSON. Backslashes stay as they are: most are in paths, and scripts' words have to be what they were. The two joiners
    /// (U+200C, U+200D) stay, too: words of several languages need them, and they turn nothing round.
    public func escaped(for place: Place) -> String {
        guard unicodeScalars.contains(where: { $0.isWrittenOut(in: place) }) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isWrittenOut(in: place) { text += scalar.written } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate func isWrittenOut(in place: Place) -> Bool {
        switch value {
        case 0x22, 0x26, 0x3C, 0x3E: return place == .markup
        case 0x20..<0x7F: return false
        case 0x0A, 0x09: return place != .text
        case 0x200C, 0x200D: return false
        default: break
        }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// As JSON's escape, or markup's.
    fileprivate var written: String {
        switch value {
        case 0x22: "&quot;"
        case 0x26: "&amp;"
        case 0x3C: "&lt;"
        case 0x3E: "&gt;"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        default:
            UTF16.encode(self).map { unit in
                unit.map {
                    "\\u" + String(repeating: "0", count: max(0, 4 - String($0, radix: 16).count))
                        + String($0, radix: 16)
                }
                .joined()
            } ?? ""
        }
    }
}
