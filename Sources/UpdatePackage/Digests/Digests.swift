import Basics
import Crypto

/// The checksums and the size of one file: with the uuid, a build's identity.
public struct Digests: Hashable, Sendable, Codable {
    /// SHA-256, 64 lower-case hexadecimal digits: what Pitstop identifies and pins files by.
    public let sha256: String
    /// MD5, 32 lower-case hexadecimal digits: what the articles of this field print. Never used for trust.
    public let md5: String
    /// Bytes hashed.
    public let size: Int64

    /// Creates digests from hexadecimal digits in either case.
    public init(sha256: String, md5: String, size: Int64) {
        self.sha256 = sha256.lowercased()
        self.md5 = md5.lowercased()
        self.size = size
    }
}

/// The SHA-256 of bytes at hand, as hexadecimal digits.
func digest(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hex }
