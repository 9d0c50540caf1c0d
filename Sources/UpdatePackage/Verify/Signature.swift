/// One signature of a message, as the OpenPGP tool judged it.
public struct Signature: Hashable, Sendable, Codable {
    /// What came of checking it.
    public enum State: String, Hashable, Sendable, Codable {
        /// It belongs to these bytes.
        case good
        /// It does not belong to these bytes.
        case bad
        /// The key is not in the keyring, so nothing is known.
        case unknownKey
        /// Good, but the key has expired.
        case keyExpired
        /// Good, but the key was revoked.
        case keyRevoked
        /// Good once; the signature has expired.
        case expired
        /// It could not be checked for another reason.
        case unchecked
    }

    /// The result of the check.
    public var state: State
    /// The last 16 digits of the key's fingerprint.
    public var keyID: String
    /// Fingerprint of the key, or subkey, that signed; empty when the key is unknown.
    public var fingerprint: String
    /// Fingerprint of the primary key to which it belongs; empty when the key is unknown.
    public var primaryFingerprint: String
    /// The signer's name in the keyring.
    public var userID: String
    /// The hash function.
    public var digest: DigestAlgorithm
    /// When it was made, in seconds since the epoch, as the signer claims.
    public var created: Int64
    /// Whether it was made over text, so that it leaves open how lines end; otherwise over bytes.
    public var isOfText: Bool

    /// Whether `fingerprint` names the key that signed, or its primary key.
    public func isBy(_ fingerprint: String) -> Bool {
        let wanted = fingerprint.uppercased()
        return wanted == self.fingerprint || wanted == primaryFingerprint
    }
}

/// A hash function, by its number in RFC 4880 §9.4.
public struct DigestAlgorithm: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The number.
    public var id: Int

    /// Creates an algorithm from its number.
    public init(id: Int) { self.id = id }

    /// Collisions can be made for these; a signature over one may be moved to another file.
    public var isWeak: Bool { [1, 2, 3].contains(id) }

    /// The usual name.
    public var description: String {
        switch id {
        case 1: "MD5"
        case 2: "SHA-1"
        case 3: "RIPEMD-160"
        case 8: "SHA-256"
        case 9: "SHA-384"
        case 10: "SHA-512"
        case 11: "SHA-224"
        case 12: "SHA3-256"
        case 14: "SHA3-512"
        default: "hash function \(id)"
        }
    }
}
