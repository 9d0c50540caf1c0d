public import Datamodel
import Foundation
import Storage
import Synchronization

extension Users {
    /// What a token may last at most, in days.
    public static let longestToken = 3660

    /// All tokens, by name, also those that are over.
    public var tokens: [Token] { state.withLock { $0.tokens.values.sorted { $0.name < $1.name } } }

    /// When a token was used last, to the hour, in seconds since the epoch; nil where nobody has used it.
    public func lastUse(of token: Token) -> Int64? { TokenUses.read(usesPath)[token.digest] }

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - by: who makes it, for lists.
    ///   - days: how long it counts; nil for as long as nobody takes it back.
    /// - Returns: the token, and the text to sign in with, which is kept nowhere.
    /// - Throws: ``Failure``, or what kept the file from being written.
    public func makeToken(_ name: String, role: Role, by creator: String, days: Int?) throws -> (Token, Token.Secret) {
        guard Self.isName(name) else { throw Failure.badName(name) }
        guard name != "root", role != .localRoot else { throw Failure.rootIsNoToken }
        guard days.map({ (1...Self.longestToken).contains($0) }) ?? true else { throw Failure.badLifetime }
        let now = now()
        let (token, secret) = Token.make(
            name,
            role: role,
            created: now,
            by: creator,
            expires: days.map { now + Int64($0) * 86_400 }
        )
        try change { (users, tokens) throws(Failure) in
            guard tokens[name] == nil, users[name] == nil else { throw .nameTaken(name, isToken: tokens[name] != nil) }
            tokens[name] = token
        }
        return (token, secret)
    }

    /// Takes a token back. Its sessions end at once.
    ///
    /// - Throws: ``Failure``, or what kept the file from being written.
    public func revokeToken(_ name: String) throws {
        try change { (_, tokens) throws(Failure) in
            guard tokens[name] != nil else { throw .unknownToken(name) }
            tokens[name] = nil
        }
    }

    /// A name that could sign in with a password, or with a token.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_@".contains($0)) }
    }

    /// Whoever gives the right secret of a token that counts; nil for all others, who are to wait as for a wrong password.
    func authenticateToken(_ name: String, secret: Token.Secret) async -> SignIn? {
        guard let token = token(name, secret), !token.isOver(at: now()), let role = token.role,
            let mark = mark(of: name)
        else { return nil }
        await uses.note(token, at: now(), among: tokens)
        return SignIn(role: role, mark: mark)
    }

    /// Whether it is a token's right secret that was given too late: that is said only to who has it.
    func isOver(_ name: String, secret text: String) -> Bool {
        guard let secret = Token.Secret(text) else { return false }
        return token(name, secret)?.isOver(at: now()) ?? false
    }

    private func token(_ name: String, _ secret: Token.Secret) -> Token? {
        guard secret.name == name, let token = state.withLock({ $0.tokens[name] }), token.matches(secret) else {
            return nil
        }
        return token
    }
}
