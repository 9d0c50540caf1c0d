/// A Debian package's version: epoch, upstream version and revision, in dpkg's order (deb-version(7)).
public struct DebVersion: Codable, Hashable, Sendable, Comparable {
    /// The epoch; 0 where the version names none.
    public var epoch: Int
    /// The upstream version, such as `3.0.15`.
    public var upstream: String
    /// The Debian revision, such as `1~deb12u1`; empty for a package that has none.
    public var revision: String

    /// Creates a version from its parts.
    public init(epoch: Int, upstream: String, revision: String) {
        (self.epoch, self.upstream, self.revision) = (epoch, upstream, revision)
    }

    /// Reads `[epoch:]upstream[-revision]`; nil for anything else.
    public init?(_ text: String) {
        var rest = Substring(text)
        var epoch = 0
        if let colon = rest.firstIndex(of: ":") {
            let digits = rest[..<colon]
            guard digits.utf8.allSatisfy(Self.isDigit), let number = Int(digits), number <= Int32.max else {
                return nil
            }
            epoch = number
            rest = rest[rest.index(after: colon)...]
        }
        let dash = rest.lastIndex(of: "-")
        let upstream = rest[..<(dash ?? rest.endIndex)]
        let revision = dash.map { rest[rest.index(after: $0)...] } ?? ""
        guard let first = upstream.utf8.first, Self.isDigit(first), dash == nil || !revision.isEmpty,
            upstream.utf8.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }),
            revision.utf8.allSatisfy(Self.isPlain), text.utf8.count <= 256
        else { return nil }
        self.init(epoch: epoch, upstream: String(upstream), revision: String(revision))
    }

    /// Whether `one` comes before `other`.
    public static func < (one: DebVersion, other: DebVersion) -> Bool {
        if one.epoch != other.epoch { return one.epoch < other.epoch }
        let order = compare(one.upstream, other.upstream)
        return order != 0 ? order < 0 : compare(one.revision, other.revision) < 0
    }

    /// Pieces without digits and numbers in turn; in the former `~` comes before the end, and letters before all else.
    private static func compare(_ one: String, _ other: String) -> Int {
        var (a, b) = (Array(one.utf8)[...], Array(other.utf8)[...])
        while !a.isEmpty || !b.isEmpty {
            while a.first.map({ !isDigit($0) }) ?? false || b.first.map({ !isDigit($0) }) ?? false {
                let (left, right) = (weight(a.first), weight(b.first))
                if left != right { return left - right }
                (a, b) = (a.dropFirst(), b.dropFirst())
            }
            let (left, right) = (number(&a), number(&b))
            if left.count != right.count { return left.count - right.count }
            if !left.elementsEqual(right) { return left.lexicographicallyPrecedes(right) ? -1 : 1 }
        }
        return 0
    }

    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !isDigit(byte) else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return isLetter(byte) ? Int(byte) : Int(byte) + 256
    }

    /// Takes the digits at the beginning, and gives them without leading zeros.
    private static func number(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }
    private static func isPlain(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "~")
    }
}

extension DebVersion: CustomStringConvertible {
    /// The version as dpkg writes it: without an epoch of 0, unless another colon would be taken for the end of one.
    public var description: String {
        (epoch == 0 && !upstream.contains(":") ? "" : "\(epoch):") + upstream + (revision.isEmpty ? "" : "-\(revision)")
    }
}
