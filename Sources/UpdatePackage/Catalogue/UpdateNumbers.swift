/// The numbers of a catalogue's updates by their uuids, in either case.
///
/// A pool asks for each stamp of each host, so a uuid is looked up by its 128 bits and not by its text.
struct UpdateNumbers: Sendable {
    private enum Key: Hashable {
        case uuid(UInt64, UInt64)
        case text(String)

        init(_ text: String) {
            var (high, low, digits) = (UInt64(0), UInt64(0), 0)
            for byte in text.utf8 {
                let digit: UInt8
                switch byte {
                case 0x30...0x39: digit = byte - 0x30
                case 0x41...0x46: digit = byte - 0x37
                case 0x61...0x66: digit = byte - 0x57
                case 0x2d where [8, 12, 16, 20].contains(digits): continue
                default:
                    self = .text(text.lowercased())
                    return
                }
                high = high << 4 | low >> 60
                low = low << 4 | UInt64(digit)
                digits += 1
            }
            self = digits == 32 && text.utf8.count == 36 ? .uuid(high, low) : .text(text.lowercased())
        }
    }

    private var numbers: [Key: Int] = [:]

    /// The update's number, or nil where the catalogue does not know it.
    subscript(uuid: String) -> Int? { numbers[Key(uuid)] }

    /// Enters an update; false where its uuid is there already.
    mutating func enter(_ uuid: String, _ number: Int) -> Bool {
        numbers.updateValue(number, forKey: Key(uuid)) == nil
    }
}
