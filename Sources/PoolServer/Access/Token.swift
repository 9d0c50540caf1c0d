import Basics
import Crypto
public import Datamodel
import Foundation
import XenAPI

/// What a program signs in with in place of a user's password: it has a name and a role of its own, ends by itself, and can be
/// taken back without anybody else noticing.
///
/// A token belongs to no user: who made it is written down, and may leave without it. It is kept as a digest only.
public struct Token: Codable, Hashable, Sendable {
    /// The name that it signs in with. No user has the same.
    public let name: String
    private let roleName: String
    /// SHA-256 of the secret, in hex. A secret of 256 random bits can not be guessed however fast the digest is: scrypt would only
    /// cost each sign-in its time.
    let digest: String
    /// When it was made, in seconds since the epoch, and by whom.
    public let created: Int64
    public let createdBy: String
    /// From when on it counts no more, in seconds since the epoch; nil for one that does not end by itself.
    public let expires: Int64?

    private enum CodingKeys: String, CodingKey {
        case name, digest, created, createdBy, expires
        case roleName = "role"
    }

    /// What whoever has it may do.
    public var role: Role? { Role(rawValue: roleName) }

    /// Whether it counts no more.
    public func isOver(at seconds: Int64) -> Bool { expires.map { $0 <= seconds } ?? false }

    /// Makes a token, and the secret that is told once.
    static func make(
        _ name: String,
        role: Role,
        created: Int64,
        by creator: String,
        expires: Int64?
    ) -> (token: Token, secret: Secret) {
        let secret = Secret(newFor: name)
        let token = Token(
            name: name,
            roleName: role.rawValue,
            digest: secret.digest,
            created: created,
            createdBy: creator,
            expires: expires
        )
        return (token, secret)
    }

    func matches(_ secret: Secret) -> Bool { secret.digest.utf8.isSame(inConstantTime: digest.utf8) }
}

extension Token {
    /// The text that is shown once: `pitstop.NAME.` and 43 letters. It says what it is, so that scanners of other people's files find
    /// it, and whose it is, so that a client needs nothing else to sign in.
    public struct Secret: Hashable, Sendable {
        /// The whole text.
        public let text: String
        /// The name of the token.
        public let name: String

        private static let prefix = "pitstop."
        /// Random bytes of a secret.
        private static let size = 32

        /// Reads a secret; nil for a text that is none.
        public init?(_ text: String) {
            guard text.hasPrefix(Self.prefix), let dot = text.lastIndex(of: "."),
                let start = text.index(text.startIndex, offsetBy: Self.prefix.count, limitedBy: dot), start < dot,
                text[dot...].utf8.count == 1 + (Self.size * 8 + 5) / 6
            else { return nil }
            (self.text, name) = (text, String(text[start..<dot]))
        }

        fileprivate init(newFor name: String) {
            var random = SystemRandomNumberGenerator()
            let bytes = Data((0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            let letters = bytes.base64EncodedString().map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter {
                $0 != "="
            }
            (text, self.name) = (Self.prefix + name + "." + String(letters), name)
        }

        fileprivate var digest: String {
            SHA256.hash(data: Data(text.utf8)).hex
        }
    }
}
