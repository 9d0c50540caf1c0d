/// What a ``TrustStore`` keeps.
extension TrustStore {
    /// A key whose signatures count.
    public struct Key: Hashable, Sendable {
        /// Fingerprint of the primary key.
        public var fingerprint: String
        /// The first name on the key.
        public var userID: String
        /// When it expires, in seconds since the epoch; nil for never.
        public var expires: Int64?
        /// Whether its owner has revoked it.
        public var isRevoked = false
        /// When and why it was added; nil where nobody said so.
        public var added: Addition?

        /// Why its signatures do not count any more, at a time in seconds since the epoch; nil where they do.
        public func isOver(at now: Int64) -> String? {
            if isRevoked { return "revoked by its owner" }
            guard let expires, expires <= now else { return nil }
            return "expired since \(isoDate(expires))"
        }
    }

    /// When and why something was decided.
    public struct Addition: Hashable, Sendable, Codable {
        /// Who it was and why, in the operator's words.
        public var note: String
        /// When, as `2016-04-20T12:00:00Z`.
        public var added: String

        /// A decision of `now`, in seconds since the epoch.
        public init(note: String, now: Int64) { (self.note, added) = (note, isoDate(now)) }
    }

    /// A file that an operator vouched for.
    public struct Pin: Hashable, Sendable, Codable {
        /// The file's SHA-256.
        public var sha256: String
        /// Why, in the operator's words.
        public var note: String
        /// When it was added, as `2016-04-20T12:00:00Z`.
        public var added: String
    }

    /// What `trust.json` holds.
    public struct Decisions: Hashable, Sendable, Codable {
        /// Files that are trusted as they are.
        public var pinned: [Pin] = []
        /// Files whose good signature may rest on a weak digest.
        public var weakDigestsAllowed: [Pin] = []
        /// Trusted keys that must have signed a package.
        public var requiredSigners = 1
        /// When and why keys were added, by their fingerprints.
        public var keysAdded: [String: Addition]?

        /// Nothing is trusted, and one signer is asked for.
        public init() {}

        /// Reads what was kept; what is not there is as it is in the beginning.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            pinned = try container.decodeIfPresent([Pin].self, forKey: .pinned) ?? []
            weakDigestsAllowed = try container.decodeIfPresent([Pin].self, forKey: .weakDigestsAllowed) ?? []
            requiredSigners = try container.decodeIfPresent(Int.self, forKey: .requiredSigners) ?? 1
            keysAdded = try container.decodeIfPresent([String: Addition].self, forKey: .keysAdded)
        }
    }
}
