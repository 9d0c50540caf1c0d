/// Checks what the OpenPGP tool lets pass: text around a cleartext-signed message, and armor that stops too early.
enum MessageFraming {
    /// Bytes of the file's end that the check looks at.
    static let tailLength = 4_096
    private static let trailer = Array("-----END PGP SIGNATURE-----".utf8)

    /// Checks a cleartext-signed message from its last bytes: after the armor's trailer only line ends may follow.
    ///
    /// That the message begins the file has been seen by ``PackageFile/sniff(_:)``; further messages are found by the tool.
    static func problem(ofCleartextTail tail: [UInt8]) -> PackageError.Problem? {
        var end = tail.endIndex
        while end > 0, [0x0a, 0x0d].contains(tail[end - 1]) { end -= 1 }
        if tail[..<end].reversed().starts(with: trailer.reversed()) { return nil }
        return contains(trailer, in: tail) ? .surroundingData : .truncated
    }

    /// Whether the first packet of a binary message is literal data: then nothing in it is signed.
    static func beginsUnsigned(_ head: [UInt8]) -> Bool {
        guard let first = head.first, first & 0x80 != 0 else { return false }
        return (first & 0x40 != 0 ? first & 0x3f : (first & 0x3c) >> 2) == 11
    }

    private static func contains(_ needle: [UInt8], in haystack: [UInt8]) -> Bool {
        guard haystack.count >= needle.count else { return false }
        return (0...(haystack.count - needle.count)).contains { haystack[$0...].starts(with: needle) }
    }
}
