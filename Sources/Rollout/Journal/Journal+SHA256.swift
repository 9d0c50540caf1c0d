import Crypto

extension Journal {
    /// The digest of journals on disk.
    public static let sha256: Digest = { Array(SHA256.hash(data: $0)) }
}
