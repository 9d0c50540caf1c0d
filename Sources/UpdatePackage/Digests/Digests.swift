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

/// Lower-case hexadecimal digits of bytes.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The SHA-256 of bytes at hand, as hexadecimal digits.
func digest(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }
