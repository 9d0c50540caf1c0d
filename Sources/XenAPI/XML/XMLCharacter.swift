/// Which characters an XML document may hold.
///
/// XenAPI's values cross XML, whatever door they came by: a text with any other character could be written and never be
/// read again. So callers are refused it (``Value/unspeakable``), and writers leave out what came from elsewhere.
enum XMLCharacter {
    /// Whether this is a control character other than TAB, LF and CR.
    static func isForbidden(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 9 && byte != 10 && byte != 13 }

    /// Whether XML can not carry a character, not even as a reference.
    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 ? isForbidden(UInt8(scalar.value)) : scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }

    /// Whether U+FFFE or U+FFFF begins at `index` of UTF-8.
    static func isNoncharacter<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, at index: Int) -> Bool
    where Bytes.Index == Int {
        bytes[index] == 0xEF && index + 2 < bytes.endIndex && bytes[index + 1] == 0xBF && bytes[index + 2] >= 0xBE
    }
}

extension Value {
    /// The first character of its texts, keys among them, that XML can not carry; nil where every door can tell it again.
    public var unspeakable: Unicode.Scalar? {
        switch self {
        case .string(let text): text.unspeakable
        case .int, .float, .bool, .date: nil
        case .set(let elements): elements.lazy.compactMap(\.unspeakable).first
        case .map(let members): members.lazy.compactMap { $0.key.unspeakable ?? $0.value.unspeakable }.first
        }
    }
}

extension String {
    /// The first character that XML can not carry.
    public var unspeakable: Unicode.Scalar? {
        // Most texts have no byte that one of them begins with.
        guard utf8.contains(where: { $0 == 0xEF || XMLCharacter.isForbidden($0) }) else { return nil }
        return unicodeScalars.first(where: XMLCharacter.isForbidden)
    }
}
