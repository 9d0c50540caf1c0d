/// What a host said that can not be: the host, and nothing beyond it, is of no use until it says something else.
public struct HostNonsense: Error, Hashable, Sendable {
    /// What is wrong with it, as the second half of a sentence that begins with the host's name.
    public var reason: String

    /// Creates an error.
    public init(_ reason: String) { self.reason = reason }

    /// The same as an error of a host.
    public func of(_ host: String) -> HostError { .failed(host: host, reason: reason) }
}

/// How what hosts say becomes values: bounded, and such that whatever keeps or shows them can. Every driver reads the
/// answers of its hosts with these, because a host may be anybody's, and one that lies must do no harm to the others.
public enum HostAnswer {
    /// Bytes of a name or version that are kept; whatever is longer is none.
    public static let textBytes = 256
    /// Bytes of memory or disk that no host has more of: 4 PiB.
    public static let mostBytes: Int64 = 1 << 52
    /// Processors that no host has more of.
    public static let mostProcessors = 1 << 16
    /// Packages that no host has more of.
    public static let mostPackages = 100_000

    /// A text for people on one line: without control characters, and cut where it is longer than `bytes`.
    public static func text(_ text: some StringProtocol, bytes: Int = textBytes) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let shown = isPrintable(scalar) ? scalar : "\u{fffd}"
            // What stands in its place may be longer.
            count += UTF8.width(shown)
            guard count <= bytes else { break }
            result.unicodeScalars.append(shown)
        }
        return result
    }

    /// Whether a text is what ``text(_:bytes:)`` leaves as it is.
    public static func isText(_ text: some StringProtocol, bytes: Int = textBytes) -> Bool {
        text.utf8.count <= bytes && text.unicodeScalars.allSatisfy(isPrintable)
    }

    /// A word of letters, digits, hyphens, dots and underscores.
    ///
    /// - Parameter name: what the word is, for the error.
    public static func word(_ text: String, _ name: String, bytes: Int = 64) throws(HostNonsense) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
            default: false
            }
        }
        guard isWord, (1...bytes).contains(text.utf8.count) else {
            throw HostNonsense("what it gives as its \(name) is none: \(Self.text(text, bytes: 64).debugDescription)")
        }
        return text
    }

    /// A whole number within a range; `missing` where the host says nothing of it.
    ///
    /// - Parameter name: what the number is, for the error.
    public static func number(
        _ text: String?,
        _ name: String,
        in range: ClosedRange<Int64>,
        missing: Int64 = 0
    ) throws(HostNonsense) -> Int64 {
        guard let text, !text.isEmpty else { return missing }
        guard let number = Int64(text), range.contains(number) else {
            throw HostNonsense(
                "what it gives as its \(name) can not be: \(Self.text(text, bytes: 64).debugDescription)"
            )
        }
        return number
    }

    /// Control characters drive terminals and separate lines, marks of direction reorder them, and what Unicode keeps for
    /// nobody has no place in XML.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfdd0...0xfdef, 0xfeff: false
        default: scalar.value & 0xfffe != 0xfffe
        }
    }
}
