/// A file of OpenPGP public keys: binary (as `gpg --export` writes it), a keybox, or ASCII-armored.
public struct Keyring: Hashable, Sendable {
    /// Where the file is.
    public var path: String

    /// Names a keyring.
    public init(path: String) { self.path = path }
}

/// Whom and what a server believes.
///
/// A file is trusted if its SHA-256 is pinned, or if enough keys of the keyring signed it. Nothing of a file is run
/// before one of both holds.
public struct TrustPolicy: Hashable, Sendable {
    /// The keys; without a keyring only pinned files are trusted.
    public var keyring: Keyring?
    /// Fingerprints (40 hexadecimal digits) of the keys that may sign updates; nil trusts every key of the keyring.
    public var trustedFingerprints: Set<String>?
    /// SHA-256 of files that an operator has vouched for; their signature need not be verifiable.
    public var pinned: Set<String>
    /// SHA-256 of files whose *good* signature may rest on MD5, SHA-1 or RIPEMD-160.
    public var weakDigestsAllowed: Set<String>
    /// How many different trusted keys must have signed.
    public var requiredSigners: Int

    /// Creates a policy; digests and fingerprints may be in either case, and fingerprints may hold spaces.
    public init(
        keyring: Keyring? = nil,
        trustedFingerprints: Set<String>? = nil,
        pinned: Set<String> = [],
        weakDigestsAllowed: Set<String> = [],
        requiredSigners: Int = 1
    ) {
        self.keyring = keyring
        self.trustedFingerprints = trustedFingerprints.map { Set($0.map(Self.normalFingerprint)) }
        self.pinned = Set(pinned.map { $0.lowercased() })
        self.weakDigestsAllowed = Set(weakDigestsAllowed.map { $0.lowercased() })
        self.requiredSigners = max(1, requiredSigners)
    }

    /// The fingerprint as GnuPG spells it: upper case, no spaces.
    public static func normalFingerprint(_ text: String) -> String {
        String(text.uppercased().filter { $0 != " " && $0 != ":" })
    }
}

/// Why a package is believed.
public enum Trust: Hashable, Sendable {
    /// Its SHA-256 is pinned.
    case pinned
    /// Keys with these primary fingerprints signed it.
    case signed(by: [String])

    /// Fingerprints of the keys that counted; none for a pinned file.
    public var signers: [String] {
        switch self {
        case .pinned: []
        case .signed(let fingerprints): fingerprints
        }
    }
}
