import FoundationEssentials
import Glibc

/// What a server's operators have decided to trust, kept in a folder (`trust/` below the server's state).
///
/// - `keys/FINGERPRINT.gpg`: one public key each; together they are `keyring.gpg`, which gpgv reads.
/// - `trust.json`: pinned files, exceptions for weak digests, how many signers are needed, with when and why.
///
/// Every file is replaced whole, so a server may read while an operator changes something.
public struct TrustStore: Sendable {
    /// The folder.
    public let folder: String

    /// Opens the store; its folder is made when something is added.
    public init(folder: String) { self.folder = folder }

    /// A key whose signatures count.
    public struct Key: Hashable, Sendable {
        /// Fingerprint of the primary key.
        public var fingerprint: String
        /// The first name on the key.
        public var userID: String
        /// When and why it was added; nil where nobody said so.
        public var added: Addition?
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
    }

    /// The policy that follows from what is stored now.
    public func policy() throws(TrustStoreError) -> TrustPolicy {
        let decisions = try decisions()
        let fingerprints = try fingerprints()
        return TrustPolicy(
            keyring: fingerprints.isEmpty ? nil : Keyring(path: keyringPath),
            trustedFingerprints: Set(fingerprints),
            pinned: Set(decisions.pinned.map(\.sha256)),
            weakDigestsAllowed: Set(decisions.weakDigestsAllowed.map(\.sha256)),
            requiredSigners: decisions.requiredSigners
        )
    }

    /// Pins, exceptions and the number of signers.
    public func decisions() throws(TrustStoreError) -> Decisions {
        guard access(decisionsPath, F_OK) == 0 else { return Decisions() }
        do {
            guard let bytes = try readFile(decisionsPath, limit: 4 << 20) else { throw StoreTooLarge() }
            return try JSONDecoder().decode(Decisions.self, from: Data(bytes))
        } catch {
            throw TrustStoreError(
                reason: "\(decisionsPath) can not be read (\(describe(error))); restore it from a backup."
            )
        }
    }

    /// The keys, in the order of their fingerprints.
    public func keys() async throws(TrustStoreError) -> [Key] {
        var keys: [Key] = []
        for fingerprint in try fingerprints() {
            do throws(TrustStoreError) { keys += try await KeyFile.keys(in: keyPath(fingerprint)) } catch {
                // Somebody may have removed it meanwhile.
                guard access(keyPath(fingerprint), F_OK) != 0 else { throw error }
            }
        }
        let notes = try decisions().keysAdded ?? [:]
        for index in keys.indices { keys[index].added = notes[keys[index].fingerprint] }
        return keys
    }

    /// Adds the keys of a file (binary or armored) and gives them back.
    ///
    /// - Parameters:
    ///   - only: fingerprints of the keys that are meant; nil for every key of the file.
    ///   - addition: when and why, for those who read the list later.
    public func addKeys(
        from file: String,
        only: Set<String>? = nil,
        _ addition: Addition? = nil
    ) async throws(TrustStoreError) -> [Key] {
        var keys = try await KeyFile.keys(in: file)
        if let only { keys.removeAll { !only.contains($0.fingerprint) } }
        guard !keys.isEmpty else { throw TrustStoreError(reason: "\(file) holds no public key.") }
        try make(folder)
        try make(folder + "/keys")
        for key in keys {
            let bytes = try await KeyFile.export(key.fingerprint, from: file)
            try write(bytes, to: keyPath(key.fingerprint))
        }
        try writeKeyring()
        guard let addition else { return keys }
        for index in keys.indices { keys[index].added = addition }
        let fingerprints = keys.map(\.fingerprint)
        try change { decisions in
            var notes = decisions.keysAdded ?? [:]
            for fingerprint in fingerprints { notes[fingerprint] = addition }
            decisions.keysAdded = notes
        }
        return keys
    }

    /// Trusts a file by its SHA-256, whoever signed it. `now` is in seconds since the epoch.
    public func pin(_ sha256: String, note: String, now: Int64) throws(TrustStoreError) {
        let digest = try checked(sha256)
        try change { $0.pinned = Self.adding(Pin(sha256: digest, note: note, added: isoDate(now)), to: $0.pinned) }
    }

    /// Lets one file's good signature rest on MD5, SHA-1 or RIPEMD-160.
    public func allowWeakDigest(_ sha256: String, note: String, now: Int64) throws(TrustStoreError) {
        let digest = try checked(sha256)
        try change {
            $0.weakDigestsAllowed = Self.adding(
                Pin(sha256: digest, note: note, added: isoDate(now)),
                to: $0.weakDigestsAllowed
            )
        }
    }

    /// Sets how many different trusted keys must have signed.
    public func requireSigners(_ count: Int) throws(TrustStoreError) {
        guard (1...16).contains(count) else {
            throw TrustStoreError(reason: "Between 1 and 16 signers can be required.")
        }
        try change { $0.requiredSigners = count }
    }

    /// Removes a key by its fingerprint, or a pin and exception by SHA-256.
    public func remove(_ name: String) throws(TrustStoreError) {
        let fingerprint = TrustPolicy.normalFingerprint(name)
        if try fingerprints().contains(fingerprint) {
            do { try removeFile(keyPath(fingerprint)) } catch { throw failure(keyPath(fingerprint), error) }
            try writeKeyring()
            guard try decisions().keysAdded?[fingerprint] != nil else { return }
            return try change { $0.keysAdded?[fingerprint] = nil }
        }
        let digest = name.lowercased()
        let before = try decisions()
        guard (before.pinned + before.weakDigestsAllowed).contains(where: { $0.sha256 == digest }) else {
            throw TrustStoreError(reason: "Nothing is trusted under \(name); see pitstop trust list.")
        }
        try change {
            $0.pinned.removeAll { $0.sha256 == digest }
            $0.weakDigestsAllowed.removeAll { $0.sha256 == digest }
        }
    }

    // MARK: Files

    private var decisionsPath: String { folder + "/trust.json" }
    private var keyringPath: String { folder + "/keyring.gpg" }
    private func keyPath(_ fingerprint: String) -> String { "\(folder)/keys/\(fingerprint).gpg" }

    private func fingerprints() throws(TrustStoreError) -> [String] {
        guard access(folder + "/keys", F_OK) == 0 else { return [] }
        do {
            return try listDirectory(folder + "/keys").filter { $0.hasSuffix(".gpg") }.map { String($0.dropLast(4)) }
        } catch {
            throw failure(folder + "/keys", error)
        }
    }

    private func writeKeyring() throws(TrustStoreError) {
        var bytes: [UInt8] = []
        for fingerprint in try fingerprints() {
            do { bytes += try readFile(keyPath(fingerprint), limit: 4 << 20) ?? [] } catch {
                throw failure(keyPath(fingerprint), error)
            }
        }
        try write(bytes, to: keyringPath)
    }

    private func change(_ body: (inout Decisions) -> Void) throws(TrustStoreError) {
        var decisions = try decisions()
        body(&decisions)
        try make(folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do { try write(Array(try encoder.encode(decisions)) + [0x0a], to: decisionsPath) } catch {
            throw failure(decisionsPath, error)
        }
    }

    private static func adding(_ pin: Pin, to pins: [Pin]) -> [Pin] { pins.filter { $0.sha256 != pin.sha256 } + [pin] }

    private func checked(_ sha256: String) throws(TrustStoreError) -> String {
        guard sha256.utf8.count == 64, sha256.allSatisfy(\.isHexDigit) else {
            throw TrustStoreError(reason: "\(sha256.prefix(80)) is no SHA-256; it has 64 hexadecimal digits.")
        }
        return sha256.lowercased()
    }

    private func make(_ path: String) throws(TrustStoreError) {
        do { try makeDirectories(path, mode: 0o700) } catch { throw failure(path, error) }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(TrustStoreError) {
        do { try writeFile(path, bytes) } catch { throw failure(path, error) }
    }

    private func failure(_ path: String, _ error: any Error) -> TrustStoreError {
        TrustStoreError(reason: "\(path) can not be used: \(describe(error)).")
    }

    private struct StoreTooLarge: Error {}
}

/// Why trust could not be read or changed.
public struct TrustStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole sentence.
    public var reason: String

    /// One sentence for the operator.
    public var description: String { reason }
}
