/// The version of the thin CLI protocol that a peer speaks.
public struct CLIVersion: Hashable, Sendable {
    /// Peers with different major numbers do not understand each other; it has always been 0.
    public let major: Int32
    /// 1 in the 6.0 generation, 2 since 6.1.
    public let minor: Int32

    /// Creates a version from its two numbers.
    public init(major: Int32, minor: Int32) {
        self.major = major
        self.minor = minor
    }

    /// What servers and clients of the 6.0 generation speak.
    public static let v0_1 = CLIVersion(major: 0, minor: 1)
    /// What servers and clients speak since 6.1.
    public static let v0_2 = CLIVersion(major: 0, minor: 2)

    /// Whether text for stderr must bring its own line end. A 0.1 client adds one to every text, a 0.2 client never does.
    public var stderrTextCarriesLineEnd: Bool { minor >= 2 }

    /// Whether a client may send `Wait` messages to show that it lives while a transfer runs.
    public var allowsWait: Bool { minor >= 2 }
}

/// The first bytes that one side of a thin CLI connection gets from the other.
public enum CLIGreeting: Hashable, Sendable {
    /// The peer speaks the protocol.
    case hello(CLIVersion)
    /// The peer answered in HTTP, which means that it failed before the protocol began.
    case http

    /// The 27 bytes that every hello begins with.
    static let banner = Array("XenSource thin CLI protocol".utf8)

    /// The bytes of a hello: the banner, then the two version numbers.
    public static func encode(_ version: CLIVersion) -> [UInt8] {
        var bytes = banner
        bytes.appendLittleEndian(version.major)
        bytes.appendLittleEndian(version.minor)
        return bytes
    }
}

extension [UInt8] {
    /// Appends the four bytes of an `int32`, least significant first.
    mutating func appendLittleEndian(_ number: Int32) {
        let bits = UInt32(bitPattern: number)
        append(UInt8(truncatingIfNeeded: bits))
        append(UInt8(truncatingIfNeeded: bits >> 8))
        append(UInt8(truncatingIfNeeded: bits >> 16))
        append(UInt8(truncatingIfNeeded: bits >> 24))
    }
}
