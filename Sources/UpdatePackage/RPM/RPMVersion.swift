/// A package's epoch, version and release, in rpm's order.
public struct RPMVersion: Hashable, Sendable, Comparable {
    /// The epoch; 0 where the package has none.
    public var epoch: Int
    /// The version, such as `0.9.8e`.
    public var version: String
    /// The release, such as `27.el5_10.3`.
    public var release: String

    /// Creates a version.
    public init(epoch: Int, version: String, release: String) {
        self.epoch = epoch
        self.version = version
        self.release = release
    }

    /// Reads a version as hosts report it.
    ///
    /// - Parameters:
    ///   - installed: `version-release`, without an epoch.
    ///   - epoch: what the epoch is taken to be.
    public init(installed: String, epoch: Int = 0) {
        let parts = installed.split(separator: "-", maxSplits: 1).map(String.init)
        self.init(epoch: epoch, version: parts.first ?? "", release: parts.count > 1 ? parts[1] : "")
    }

    /// Whether `one` comes before `other`.
    public static func < (one: RPMVersion, other: RPMVersion) -> Bool {
        if one.epoch != other.epoch { return one.epoch < other.epoch }
        let order = compare(one.version, other.version)
        return order != 0 ? order < 0 : compare(one.release, other.release) < 0
    }

    /// rpm's rule (`rpmvercmp`): runs of digits by their value, runs of letters by the alphabet, digits after letters; what
    /// separates them does not count. `~` comes before everything, even the end, and `^` right after the end.
    ///
    /// - Returns: less than, equal to or greater than 0.
    static func compare(_ one: String, _ other: String) -> Int {
        var (a, b) = (Array(one.utf8)[...], Array(other.utf8)[...])
        while !a.isEmpty || !b.isEmpty {
            a = a.drop { !isPart($0) }
            b = b.drop { !isPart($0) }
            if a.first == tilde || b.first == tilde {
                guard a.first == b.first else { return a.first == tilde ? -1 : 1 }
                (a, b) = (a.dropFirst(), b.dropFirst())
                continue
            }
            if a.first == caret || b.first == caret {
                guard let first = a.first else { return -1 }
                guard let second = b.first else { return 1 }
                guard first == second else { return first == caret ? -1 : 1 }
                (a, b) = (a.dropFirst(), b.dropFirst())
                continue
            }
            guard let first = a.first, b.first != nil else { break }
            let kind = isDigit(first) ? isDigit : isLetter
            let (left, right) = (a.prefix(while: kind), b.prefix(while: kind))
            // A run of the other kind: numbers are newer than letters.
            guard !right.isEmpty else { return isDigit(first) ? 1 : -1 }
            let order = isDigit(first) ? compareNumbers(left, right) : compareBytes(left, right)
            if order != 0 { return order }
            (a, b) = (a[left.endIndex...], b[right.endIndex...])
        }
        return a.isEmpty ? (b.isEmpty ? 0 : -1) : 1
    }

    private static let tilde = UInt8(ascii: "~")
    private static let caret = UInt8(ascii: "^")
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }
    private static func isPart(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == tilde || byte == caret
    }

    private static func compareNumbers(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Int {
        let (a, b) = (one.drop { $0 == 0x30 }, other.drop { $0 == 0x30 })
        return a.count != b.count ? a.count - b.count : compareBytes(a, b)
    }

    private static func compareBytes(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Int {
        if one.elementsEqual(other) { return 0 }
        return one.lexicographicallyPrecedes(other) ? -1 : 1
    }
}

extension RPMVersion: CustomStringConvertible {
    /// `epoch:version-release`, without an epoch of 0.
    public var description: String { "\(epoch == 0 ? "" : "\(epoch):")\(version)-\(release)" }
}
