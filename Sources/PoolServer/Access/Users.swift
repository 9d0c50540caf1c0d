import Crypto
public import Datamodel
import Foundation
import PoolDatabase
import Storage
import Synchronization
import XenAPI

/// Who may sign in, with what, and what they may do then.
///
/// They are kept in one file, which other processes may change: it is read again when it has. Passwords are kept as
/// salted scrypt hashes only.
public final class Users: Sendable {
    /// One user, as lists show them.
    public struct User: Hashable, Sendable {
        /// The name to sign in with.
        public let name: String
        /// What the user may do.
        public let role: Role
    }

    /// Why the users could not be changed or read.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case badName(String)
        case emptyPassword
        case unknownUser(String)
        case rootIsNeeded
        case unreadable(path: String, reason: String)

        /// One sentence for the operator.
        public var description: String {
            switch self {
            case .badName(let name):
                "'\(name)' can not be a user's name: take 1 to 64 letters, digits, dots, hyphens, underscores or @."
            case .emptyPassword: "The password is empty: give one with at least one character."
            case .unknownUser(let name): "There is no user \(name): see who there is with 'pitstop users list'."
            case .rootIsNeeded:
                "root is the pool's superuser: it can be given another password, not removed or another role."
            case .unreadable(let path, let reason): "The users' file \(path) can not be read (\(reason)): restore it."
            }
        }
    }

    /// One user as the file keeps it.
    private struct Entry: Codable, Sendable {
        var name: String
        var role: String
        var password: PasswordHash
    }

    /// What tells one version of the file from another.
    private struct Version: Hashable, Sendable {
        var modified: Date
        var size: Int
        var number: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var marks: [String: String] = [:]
        var version: Version?
        var revision = 0
        /// Keyed digests of passwords that were right before, so that a script's hundredth sign-in need not wait for
        /// scrypt. The key lives and dies with this process.
        var proven: [String: Data] = [:]
    }

    private let path: String
    private let state = Mutex(State())
    private let cacheKey = SymmetricKey(size: .bits256)
    private let lane = PasswordLane()

    /// Reads the users of a file; a file that is not there holds none.
    ///
    /// - Throws: ``Failure/unreadable(path:reason:)``.
    public init(path: String) throws(Failure) {
        self.path = path
        try refresh()
    }

    /// Everybody who may sign in, by name.
    public var all: [User] {
        state.withLock { $0.entries.values.compactMap(Self.user) }.sorted { $0.name < $1.name }
    }

    /// Whether there is a user of that name.
    public func contains(_ name: String) -> Bool { state.withLock { $0.entries[name] != nil } }

    /// Something that changes whenever the user's password or role does, and tells nothing of either.
    func mark(of name: String) -> String? { state.withLock { $0.marks[name] } }

    private static func mark(_ entry: Entry) -> String {
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
        guard (1...64).contains(name.count),
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_@".contains($0)) })
        else { throw Failure.badName(name) }
        guard !password.isEmpty else { throw Failure.emptyPassword }
        guard name != "root" || role == .poolAdmin, role != .localRoot else { throw Failure.rootIsNeeded }
        let entry = Entry(name: name, role: role.rawValue, password: try PasswordHash(of: password))
        try change { $0[name] = entry }
    }

    /// Removes a user and writes the file.
    ///
    /// - Throws: ``Failure``, or what kept the file from being written.
    public func remove(_ name: String) throws {
        guard name != "root" else { throw Failure.rootIsNeeded }
        guard contains(name) else { throw Failure.unknownUser(name) }
        try change { $0[name] = nil }
    }

    /// Somebody who has given the right password.
    public struct SignIn: Hashable, Sendable {
        /// What the user may do.
        public let role: Role
        /// ``Users/mark(of:)`` of the password that was right.
        let mark: String
    }

    /// The user who gives the right password, else nil. Takes as long for an unknown user as for a known one.
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

    /// Counts how often the users have changed.
    var revision: Int { state.withLock { $0.revision } }

    /// Reads the file again if it has changed.
    func refresh() throws(Failure) {
        let version = version()
        guard version != state.withLock({ $0.version }) else { return }
        let entries = try read()
        state.withLock { state in
            state.entries = entries
            state.marks = entries.mapValues(Self.mark)
            state.version = version
            state.revision += 1
            state.proven = [:]
        }
    }

    private func version() -> Version? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Version(
            modified: attributes[.modificationDate] as? Date ?? .distantPast,
            size: attributes[.size] as? Int ?? 0,
            number: attributes[.systemFileNumber] as? Int ?? 0
        )
    }

    private func read() throws(Failure) -> [String: Entry] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            let stored = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: URL(filePath: path)))
            return Dictionary(stored.map { ($0.name, $0) }) { $1 }
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private func change(_ body: (inout [String: Entry]) -> Void) throws {
        let lock = try FileLock.waiting(path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        var entries = try read()
        body(&entries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let sorted = entries.values.sorted { $0.name < $1.name }
        try AtomicFile.replace(path, with: Array(try encoder.encode(sorted)))
        try refresh()
    }
}
