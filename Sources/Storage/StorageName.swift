/// The name of a document, log or lease: parts of letters, digits, `.`, `_` and `-`, with `/` between them, as in
/// `console/wizards.json`. No part begins with a dot, so no name can lead out of a folder or meet a temporary file.
public struct StorageName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as text.
    public let text: String

    /// - Parameter text: 1 to 200 bytes.
    /// - Throws: ``StorageError/badName(_:)``
    public init(_ text: String) throws(StorageError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isGood = parts.allSatisfy { part in
            guard let first = part.first, first != UInt8(ascii: ".") else { return false }
            return part.allSatisfy(Self.isAllowed)
        }
        guard isGood, text.utf8.count <= 200 else { throw .badName(text) }
        self.text = text
    }

    public var description: String { text }

    public static func < (a: StorageName, b: StorageName) -> Bool { a.text < b.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
