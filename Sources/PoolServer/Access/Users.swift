import Crypto
import CryptoExtras
import Datamodel
import Foundation
import Synchronization

/// Who may sign in, with what, and what they may do then. Passwords are kept as salted scrypt hashes only.
public final class Users: Sendable {
    /// One user as the file keeps it.
    struct Entry: Codable, Sendable {
        var name: String
        var role: String
        var salt: Data
        var hash: Data
        var rounds: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Keyed digests of passwords that were right before, so that a script's hundredth sign-in need not wait for
        /// scrypt. The key lives and dies with this process.
        var proven: [String: Data] = [:]
    }

    private let path: String
    private let state: Mutex<State>
    private let cacheKey = SymmetricKey(size: .bits256)
    /// scrypt's cost: 2^14 rounds of 8 blocks take about 50 ms and 16 MiB.
    private static let rounds = 1 << 14

    /// Reads the users of a file; a file that is not there holds none.
    public init(path: String) throws {
        self.path = path
        var entries: [String: Entry] = [:]
        if FileManager.default.fileExists(atPath: path) {
            let stored = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: URL(filePath: path)))
            entries = Dictionary(stored.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        }
        state = Mutex(State(entries: entries))
    }

    /// Whether there is a user of that name.
    public func contains(_ name: String) -> Bool { state.withLock { $0.entries[name] != nil } }

    /// Adds a user, or gives one another password and role, and writes the file.
    public func set(_ name: String, password: String, role: Role) throws {
        let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        let entry = Entry(
            name: name,
            role: role.rawValue,
            salt: salt,
            hash: try Self.hash(password, salt, Self.rounds),
            rounds: Self.rounds
        )
        let entries = state.withLock { state in
            state.entries[name] = entry
            state.proven[name] = nil
            return state.entries.values.sorted { $0.name < $1.name }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try PrivateFile.write(try encoder.encode(entries), to: path)
    }

    /// The role of a user who gives the right password, else nil. Takes as long for an unknown user as for a known one.
    public func authenticate(_ name: String, password: String) -> Role? {
        let tag = Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(password)".utf8), using: cacheKey))
        let (entry, proven) = state.withLock { ($0.entries[name], $0.proven[name]) }
        if let entry, let proven, Self.equal(proven, tag) { return Role(rawValue: entry.role) }
        let salt = entry?.salt ?? Data(count: 16)
        guard let hash = try? Self.hash(password, salt, entry?.rounds ?? Self.rounds), let entry,
            Self.equal(hash, entry.hash)
        else { return nil }
        state.withLock { $0.proven[name] = tag }
        return Role(rawValue: entry.role)
    }

    private static func hash(_ password: String, _ salt: Data, _ rounds: Int) throws -> Data {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8),
            salt: salt,
            outputByteCount: 32,
            rounds: rounds,
            blockSize: 8,
            parallelism: 1
        )
        return key.withUnsafeBytes { Data($0) }
    }

    /// Compares in a time that does not tell where the difference is.
    private static func equal(_ a: Data, _ b: Data) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
