/// A SHA-256, as 64 lower-case hexadecimal digits: the only text that ever becomes the name of a kept file.
public struct PackageDigest: Hashable, Sendable, CustomStringConvertible {
    /// The digits.
    public let description: String

    /// Takes 64 hexadecimal digits in either case; nil for any other text.
    public init?(_ text: String) {
        let isDigest =
            text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
                default: false
                }
            }
        guard isDigest else { return nil }
        description = text.lowercased()
    }
}
