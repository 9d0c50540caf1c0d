/// The numbers of a catalogue's updates by their uuids, in either case.
///
/// A pool asks for each stamp of each host, so a uuid is looked up by its 128 bits and not by its text.
struct UpdateNumbers: Sendable {
    private enum Key: Hashable {
        case uuid(UInt64, UInt64)
        case text(String)

        init(_ text: String) {
            let bits = text.utf8.withContiguousStorageIfAvailable(Self.uuid) ?? nil
            self = bits ?? .text(text.lowercased())
        }

        /// The bits of a uuid in its usual form (8-4-4-4-12 hexadecimal digits in either case); nil for any other text.
        private static func uuid(_ text: UnsafeBufferPointer<UInt8>) -> Key? {
            guard text.count == 36 else { return nil }
            var (high, low, wrong) = (UInt64(0), UInt64(0), UInt8(0))
            for place in 0..<36 {
                let byte = text[place]
                if place == 8 || place == 13 || place == 18 || place == 23 {
                    wrong |= byte ^ 0x2d
                    continue
                }
                let digit = hexadecimalDigit[Int(byte)]
                wrong |= digit & 0xf0
                high = high << 4 | low >> 60
                low = low << 4 | UInt64(digit & 15)
            }
            return wrong == 0 ? .uuid(high, low) : nil
        }
    }

    /// The value of each byte as a hexadecimal digit; 0xff for those that are none.
    private static let hexadecimalDigit = (0...255).map { (byte: UInt8) -> UInt8 in
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: 0xff
        }
    }

    private var numbers: [Key: Int] = [:]

    /// The update's number, or nil where the catalogue does not know it.
    subscript(uuid: String) -> Int? { numbers[Key(uuid)] }

    /// The numbers of the updates among these that the catalogue knows, in no order.
    func of(_ uuids: Set<String>) -> [Int] { uuids.compactMap { self[$0] } }

    /// Enters an update; false where its uuid is there already.
    mutating func enter(_ uuid: String, _ number: Int) -> Bool {
        numbers.updateValue(number, forKey: Key(uuid)) == nil
    }
}
