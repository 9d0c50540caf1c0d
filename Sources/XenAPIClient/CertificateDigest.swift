import Crypto

/// The SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` shows it: what a pool's certificate is known by.
public struct CertificateDigest: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// The digest of a certificate.
    ///
    /// - Parameter certificate: its DER form.
    public init(of certificate: [UInt8]) { bytes = Array(SHA256.hash(data: certificate)) }

    /// Reads 64 hexadecimal digits, with or without colons, and with or without `SHA256:` before them; nil for
    /// anything else.
    public init?(_ text: String) {
        var digits = Substring(text.lowercased().filter { !$0.isWhitespace })
        for prefix in ["sha256:", "sha-256:", "sha256=", "sha256fingerprint="] where digits.hasPrefix(prefix) {
            digits = digits.dropFirst(prefix.count)
        }
        let nibbles = digits.filter { $0 != ":" }.map { $0.isASCII ? $0.hexDigitValue : nil }
        guard nibbles.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = nibbles[index], let low = nibbles[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        self.bytes = bytes
    }

    /// Upper-case hexadecimal with a colon between bytes.
    public var description: String {
        let digits = Array("0123456789ABCDEF")
        return bytes.map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined(separator: ":")
    }
}
