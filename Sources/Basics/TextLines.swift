/// The lines of a text file that people edit, on whatever system: LF, CR LF and a lone CR end a line, and a byte order mark
/// at the beginning is none of the text.
///
/// Swift takes CR LF for one character, so that splitting a string at `"\n"` finds no line end in a file from Windows.
public struct TextLines: Sendable {
    /// The lines without their ends. What follows the last line end is a line only where it is not empty.
    public let lines: [String]

    /// Reads UTF-8; bytes that are none become U+FFFD.
    public init(_ bytes: some Sequence<UInt8>) {
        var lines: [String] = []
        var line: [UInt8] = []
        var endedByCR = false
        for byte in Array(bytes).withoutByteOrderMark {
            defer { endedByCR = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where endedByCR: break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
            default: line.append(byte)
            }
        }
        if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
        self.lines = lines
    }

    /// Reads a text.
    public init(_ text: String) { self.init(text.utf8) }
}

extension StringProtocol {
    /// The text without the byte order mark that some editors put before it.
    public var withoutByteOrderMark: String {
        unicodeScalars.first == "\u{FEFF}"
            ? String(String.UnicodeScalarView(unicodeScalars.dropFirst())) : String(self)
    }
}

extension [UInt8] {
    /// Bytes of UTF-8 without the byte order mark that some editors put before them.
    public var withoutByteOrderMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
