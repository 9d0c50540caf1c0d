import Crypto
public import Datamodel
import Foundation
import PoolDatabase
import Storage
import Synchronization
import XenAPI

/// Who may sign in, with what, and what they may do then.
///
/// Users and tokens are kept in a file each, which other processes may change: both are read again when they have. Passwords are
/// kept as salted scrypt hashes only, tokens as digests.
public final class Users: Sendable {
    /// One user, as lists show them.
    public struct User: Hashable, Sendable {
        /// The name to sign in with.
        public let name: String
        /// What the user may do.
        public let role: Role
    }

    /// One user as the file keeps it.
    struct Entry: Codable, Hashable, Sendable {
        var name: String
        var role: String
        var password: PasswordHash
    }

    struct State {
        var entries: [String: Entry] = [:]
        var tokens: [String: Token] = [:]
        var marks: [String: String] = [:]
        fileprivate var versions: Versions?
        /// Tokens that were over when somebody looked last.
        fileprivate var over: Set<String> = []
        var revision = 0
        /// Keyed digests of passwords that were right before, so that a script's hundredth sign-in need not wait for
        /// scrypt. The key lives and dies with this process.
        var proven: [String: Data] = [:]
    }

    fileprivate struct Versions: Hashable {
        var users: AccountFile<Entry>.Version?
        var tokens: AccountFile<Token>.Version?
    }

    private let userFile: AccountFile<Entry>
    private let tokenFile: AccountFile<Token>
    let usesPath: String
    let uses: TokenUses
    /// The time of day, in seconds since the epoch.
    let now: @Sendable () -> Int64
    let state = Mutex(State())
    private let cacheKey = SymmetricKey(size: .bits256)
    private let lane = PasswordLane()

    /// Reads the users of a file, and the tokens beside it; a file that is not there holds none.
    ///
    /// - Parameters:
    ///   - path: `users.json` of a state directory; `tokens.json` is beside it.
    ///   - now: the time of day, in seconds since the epoch.
    /// - Throws: ``Failure/unreadable(path:reason:)``.
    public init(
        path: String,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) throws(Failure) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        userFile = AccountFile(path: path)
        tokenFile = AccountFile(path: folder + "/tokens.json")
        usesPath = folder + "/tokens.used.json"
        uses = TokenUses(path: usesPath)
        self.now = now
        try refresh()
    }

    /// Every user who may sign in, by name.
    public var all: [User] {
        state.withLock { $0.entries.values.compactMap(Self.user) }.sorted { $0.name < $1.name }
    }

    /// Users, and tokens that count, as objects show them.
    var accounts: [User] {
        let now = now()
        return all
            + tokens.filter { !$0.isOver(at: now) }.compactMap { token in
                token.role.map { User(name: token.name, role: $0) }
            }
    }

    /// Whether there is a user of that name.
    public func contains(_ name: String) -> Bool { state.withLock { $0.entries[name] != nil } }

    /// Whether somebody of that name may sign in, or could as long as a token counted.
    func isKnown(_ name: String) -> Bool { state.withLock { $0.entries[name] != nil || $0.tokens[name] != nil } }

    /// Something that changes whenever the user's password or role does, and tells nothing of either. A token that is over has
    /// none.
    func mark(of name: String) -> String? {
        let now = now()
        return state.withLock { $0.tokens[name]?.isOver(at: now) == true ? nil : $0.marks[name] }
    }

    private static func mark(_ entry: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Where an entry could not be written its mark is a new one each time, so that nothing outlives it.
        let bytes = (try? encoder.encode(entry)) ?? Data(UUID().uuidString.utf8)
        return SHA256.hash(data: bytes).map { String($0, radix: 16) }.joined(separator: "-")
    }

    private static func user(_ entry: Entry) -> User? {
        Role(rawValue: entry.role).map { User(name: entry.name, role: $0) }
    }

    /// Adds a user, or gives one another password and role, and writes the file.
    ///
    /// - Throws: ``Failure``, or what kept the file from being written.
    public func set(_ name: String, password: String, role: Role) throws {
        guard Self.isName(name) else { throw Failure.badName(name) }
        guard !password.isEmpty else { throw Failure.emptyPassword }
        guard name != "root" || role == .poolAdmin, role != .localRoot else { throw Failure.rootIsNeeded }
        let entry = Entry(name: name, role: role.rawValue, password: try PasswordHash(of: password))
        try change { (users, tokens) throws(Failure) in
            guard tokens[name] == nil else { throw .nameTaken(name, isToken: true) }
            users[name] = entry
        }
    }

    /// Removes a user and writes the file.
    ///
    /// - Throws: ``Failure``, or what kept the file from being written.
    public func remove(_ name: String) throws {
        guard name != "root" else { throw Failure.rootIsNeeded }
        guard contains(name) else { throw Failure.unknownUser(name) }
        try change { (users, _) throws(Failure) in users[name] = nil }
    }

    /// Somebody who has given the right password.
    public struct SignIn: Hashable, Sendable {
        /// What the user may do.
        public let role: Role
        /// ``Users/mark(of:)`` of the password that was right.
        let mark: String
    }

    /// The user who gives the right password, or the token whose secret it is; else nil. Takes as long for an unknown user as for a known one.
    ///
    /// - Parameters:
    ///   - address: where the password came from: those from whom many come wait for themselves.
    ///   - isWanted: whether somebody still waits for the answer, asked when it is this password's turn.
    /// - Throws: ``PasswordLane/Busy`` where too many passwords of this user from this address wait already.
    public func authenticate(
        _ name: String,
        password: String,
        from address: String = "",
        isWanted: @escaping @Sendable () -> Bool = { true }
    ) async throws(PasswordLane.Busy) -> SignIn? {
        // A file that can not be read now leaves in force what was read before.
        try? refresh()
        // One that is not right is worked out like any wrong password: it costs its sender the same turn and time.
        if let secret = Token.Secret(password), let signIn = await authenticateToken(name, secret: secret) {
            return signIn
        }
        let tag = Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(password)".utf8), using: cacheKey))
        let (entry, proven, mark) = state.withLock { ($0.entries[name], $0.proven[name], $0.marks[name]) }
        if let entry, let mark, let proven, proven.isSame(inConstantTime: tag) { return Self.signIn(entry, mark) }
        let hash = entry?.password ?? .none
        let turn = PasswordLane.Turn(address: address, user: entry?.name)
        let isRight = try await lane.run(turn, isWanted: isWanted) { [self] in
            // Of many sign-ins at once with one password only the first has to be worked out.
            let proven = state.withLock { $0.entries[name]?.password == hash ? $0.proven[name] : nil }
            return proven?.isSame(inConstantTime: tag) == true || hash.matches(password)
        }
        guard isRight == true, let entry, let mark else { return nil }
        lane.prefer(turn)
        state.withLock { state in
            // Only where the password has not been changed meanwhile.
            if state.entries[name]?.password == hash { state.proven[name] = tag }
        }
        return Self.signIn(entry, mark)
    }

    private static func signIn(_ entry: Entry, _ mark: String) -> SignIn? {
        Role(rawValue: entry.role).map { SignIn(role: $0, mark: mark) }
    }

    /// Gives a user who knows the old password a new one.
    ///
    /// - Returns: whether the old password was right.
    func changePassword(of name: String, from old: String, to new: String, at address: String) async throws -> Bool {
        guard let signIn = try await authenticate(name, password: old, from: address) else { return false }
        let turn = PasswordLane.Turn(address: address, user: name)
        try await lane.run(turn) { Result { try self.set(name, password: new, role: signIn.role) } }?.get()
        return true
    }

    /// Counts how often those who may sign in have changed, also by the end of a token's time.
    var revision: Int { state.withLock { $0.revision } }

    /// Reads the files again if they have changed.
    func refresh() throws(Failure) {
        let now = now()
        let versions = Versions(users: userFile.version, tokens: tokenFile.version)
        let isSame = state.withLock { state in
            guard versions == state.versions else { return false }
            let over = Self.over(state.tokens, now)
            if over != state.over { (state.over, state.revision) = (over, state.revision + 1) }
            return true
        }
        guard !isSame else { return }
        let (entries, tokens) = try read()
        state.withLock { state in
            state.entries = entries
            // A user's name is the user's, whatever somebody has written into the other file.
            state.tokens = tokens.filter { entries[$0.key] == nil }
            state.marks = tokens.mapValues(Self.mark).merging(entries.mapValues(Self.mark)) { $1 }
            state.versions = versions
            state.over = Self.over(tokens, now)
            state.revision += 1
            state.proven = [:]
        }
    }

    private static func over(_ tokens: [String: Token], _ now: Int64) -> Set<String> {
        Set(tokens.values.lazy.filter { $0.isOver(at: now) }.map(\.name))
    }

    private func read() throws(Failure) -> ([String: Entry], [String: Token]) {
        let (users, tokens) = (try userFile.read(), try tokenFile.read())
        return (
            Dictionary(users.map { ($0.name, $0) }) { $1 }, Dictionary(tokens.map { ($0.name, $0) }) { $1 }
        )
    }

    /// Changes users and tokens while nobody else does; a file in which nothing has changed stays as it is.
    func change(_ body: (inout [String: Entry], inout [String: Token]) throws(Failure) -> Void) throws {
        let lock = try FileLock.waiting(userFile.path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        let (users, tokens) = try read()
        var (newUsers, newTokens) = (users, tokens)
        try body(&newUsers, &newTokens)
        if newUsers != users { try userFile.write(newUsers.values.sorted { $0.name < $1.name }) }
        if newTokens != tokens { try tokenFile.write(newTokens.values.sorted { $0.name < $1.name }) }
        try refresh()
    }
}
