import Basics
import FoundationEssentials
import Glibc
import SystemPackage

/// What a server's operators have decided to trust, kept in a folder (`trust/` below the server's state).
///
/// - `keys/FINGERPRINT.gpg`: one public key each; together they are `keyring.gpg`, which gpgv reads.
/// - `trust.json`: pinned files, exceptions for weak digests, how many signers are needed, with when and why.
///
/// Every file is replaced whole, so a server may read while an operator changes something; and whoever changes something
/// keeps others out meanwhile, so that no change undoes another.
public struct TrustStore: Sendable {
    /// The folder.
    public let folder: String

    /// Opens the store; its folder is made when something is added.
    public init(folder: String) { self.folder = folder }

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
            return try WholeJSON.read(Decisions.self, from: bytes)
        } catch let error as WholeJSON.UnknownMember {
            throw TrustStoreError(
                reason: "\(decisionsPath) is not used: \(error.description). Use that version, or remove the member."
            )
        } catch {
            throw TrustStoreError(
                reason: "\(decisionsPath) can not be read: \(describe(error)). Restore it from a backup."
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
        var exported: [String: [UInt8]] = [:]
        for key in keys { exported[key.fingerprint] = try await KeyFile.export(key.fingerprint, from: file) }
        let added = exported
        try locked { () throws(TrustStoreError) in
            try make(folder + "/keys")
            // A key counts once it has its own file: a keyring that knows more than that trusts nobody.
            try writeKeyring(with: added)
            for (fingerprint, bytes) in added { try write(bytes, to: keyPath(fingerprint)) }
            guard let addition else { return }
            try change { decisions in
                var notes = decisions.keysAdded ?? [:]
                for fingerprint in added.keys { notes[fingerprint] = addition }
                decisions.keysAdded = notes
            }
        }
        if let addition { for index in keys.indices { keys[index].added = addition } }
        return keys
    }

    /// Trusts a file by its SHA-256, whoever signed it. `now` is in seconds since the epoch.
    public func pin(_ sha256: String, note: String, now: Int64) throws(TrustStoreError) {
        let pin = Pin(sha256: try checked(sha256), note: note, added: isoDate(now))
        try changeLocked { $0.pinned = Self.adding(pin, to: $0.pinned) }
    }

    /// Lets one file's good signature rest on MD5, SHA-1 or RIPEMD-160.
    public func allowWeakDigest(_ sha256: String, note: String, now: Int64) throws(TrustStoreError) {
        let pin = Pin(sha256: try checked(sha256), note: note, added: isoDate(now))
        try changeLocked { $0.weakDigestsAllowed = Self.adding(pin, to: $0.weakDigestsAllowed) }
    }

    /// Sets how many different trusted keys must have signed.
    public func requireSigners(_ count: Int) throws(TrustStoreError) {
        guard (1...16).contains(count) else {
            throw TrustStoreError(reason: "Between 1 and 16 signers can be required.")
        }
        try changeLocked { $0.requiredSigners = count }
    }

    /// Removes a key by its fingerprint, or a pin and exception by SHA-256.
    public func remove(_ name: String) throws(TrustStoreError) {
        let fingerprint = TrustPolicy.normalFingerprint(name)
        let digest = name.lowercased()
        guard access(folder, F_OK) == 0 else { throw nothing(name) }
        try locked { () throws(TrustStoreError) in
            if try fingerprints().contains(fingerprint) {
                // What was said of the key goes last: a file that can not be written must not keep a key trusted.
                do { try removeFile(keyPath(fingerprint)) } catch { throw failure(keyPath(fingerprint), error) }
                try writeKeyring()
                guard try decisions().keysAdded?[fingerprint] != nil else { return }
                return try change { $0.keysAdded?[fingerprint] = nil }
            }
            let before = try decisions()
            guard (before.pinned + before.weakDigestsAllowed).contains(where: { $0.sha256 == digest }) else {
                throw nothing(name)
            }
            try change {
                $0.pinned.removeAll { $0.sha256 == digest }
                $0.weakDigestsAllowed.removeAll { $0.sha256 == digest }
            }
        }
    }

    private func nothing(_ name: String) -> TrustStoreError {
        TrustStoreError(reason: "Nothing is trusted under \(name.escaped(for: .line)); see pitstop trust list.")
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

    /// Puts the keys together, those first that are about to be added.
    private func writeKeyring(with added: [String: [UInt8]] = [:]) throws(TrustStoreError) {
        var bytes: [UInt8] = []
        for (_, key) in added.sorted(by: { $0.key < $1.key }) { bytes += key }
        for fingerprint in try fingerprints() where added[fingerprint] == nil {
            do { bytes += try readFile(keyPath(fingerprint), limit: 4 << 20) ?? [] } catch {
                throw failure(keyPath(fingerprint), error)
            }
        }
        try write(bytes, to: keyringPath)
    }

    /// Keeps every other writer out, of this process or another.
    private func locked(_ body: () throws(TrustStoreError) -> Void) throws(TrustStoreError) {
        try make(folder)
        let lock: FolderLock
        do { lock = try FolderLock(folder) } catch let error where error == .wouldBlock {
            throw TrustStoreError(reason: "\(folder) is being changed by another process; try again when it is done.")
        } catch {
            throw failure(folder, error)
        }
        try body()
        _ = consume lock
    }

    private func changeLocked(_ body: (inout Decisions) -> Void) throws(TrustStoreError) {
        try locked { () throws(TrustStoreError) in try change(body) }
    }

    private func change(_ body: (inout Decisions) -> Void) throws(TrustStoreError) {
        var decisions = try decisions()
        body(&decisions)
        let bytes: [UInt8]
        do { bytes = try WholeJSON.bytes(decisions) } catch { throw failure(decisionsPath, error) }
        try write(bytes, to: decisionsPath)
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
        do { try writeFile(path, bytes, mode: 0o600) } catch { throw failure(path, error) }
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
