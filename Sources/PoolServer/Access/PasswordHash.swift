import Crypto
import CryptoExtras
import FoundationEssentials
import XenAPI

/// A password as the users' file keeps it: salted, and slow to work out.
struct PasswordHash: Codable, Hashable, Sendable {
    /// 16 random bytes, each user's own.
    let salt: Data
    /// scrypt of the password, 32 bytes.
    let hash: Data
    /// scrypt's cost: how many blocks of 1 KiB it fills.
    let rounds: Int
    /// scrypt's parallelism: how often it does so.
    let lanes: Int

    /// 2^14 rounds and 5 lanes take 16 MiB and about a fifth of a second: OWASP's advice for little memory, so that many
    /// sign-ins at once do not exhaust the server. Debug builds, in which that takes seconds, make do with one lane.
    #if DEBUG
    private static let cost = (rounds: 1 << 14, lanes: 1)
    #else
    private static let cost = (rounds: 1 << 14, lanes: 5)
    #endif

    /// Makes the hash of a new password.
    init(of password: String) throws {
        salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        (rounds, lanes) = Self.cost
        hash = try Self.derive(password, salt, rounds, lanes)
    }

    /// A hash that no password has, for users who do not exist.
    static let none = PasswordHash(salt: Data(count: 16), hash: Data(), rounds: cost.rounds, lanes: cost.lanes)

    private init(salt: Data, hash: Data, rounds: Int, lanes: Int) {
        (self.salt, self.hash, self.rounds, self.lanes) = (salt, hash, rounds, lanes)
    }

    /// Whether this is the hash of a password. Takes the same time whether it is or not.
    func matches(_ password: String) -> Bool {
        guard let derived = try? Self.derive(password, salt, rounds, lanes) else { return false }
        return derived.isSame(inConstantTime: hash)
    }

    private static func derive(_ password: String, _ salt: Data, _ rounds: Int, _ lanes: Int) throws -> Data {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8),
            salt: salt,
            outputByteCount: 32,
            rounds: rounds,
            blockSize: 8,
            parallelism: lanes
        )
        return key.withUnsafeBytes { Data($0) }
    }
}
