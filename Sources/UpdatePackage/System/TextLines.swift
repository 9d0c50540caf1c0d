/// The lines of a text that people edit: a line feed ends them, a carriage return, or both together, and a byte order mark
/// before the first is none of it.
///
/// In Swift `"\r\n"` is one character, so that splitting such a text by `"\n"` finds no line in it.
package func textLines(_ text: some StringProtocol) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in withoutByteOrderMark(text).unicodeScalars {
        if scalar == "\n", isAfterReturn {
            isAfterReturn = false
            continue
        }
        isAfterReturn = scalar == "\r"
        if scalar == "\n" || scalar == "\r" {
            lines.append(String(line))
            line = String.UnicodeScalarView()
        } else {
            line.append(scalar)
        }
    }
    lines.append(String(line))
    return lines
}

/// `text` without the byte order mark that some editors put before it.
package func withoutByteOrderMark(_ text: some StringProtocol) -> String {
    text.unicodeScalars.first == "\u{feff}"
        ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : String(text)
}

/// `bytes` of UTF-8 without the byte order mark that some editors put before them.
func withoutByteOrderMark(_ bytes: [UInt8]) -> [UInt8] {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
}

/// The lines that a program printed, of which empty ones are left out. Nothing but a line feed ends them: what is a line
/// end to people, such as U+2028, may stand in a name within a line, and must not begin another.
func outputLines(_ bytes: some Collection<UInt8>) -> [String] {
    bytes.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
}
