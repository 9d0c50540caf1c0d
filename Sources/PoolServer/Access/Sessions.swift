import Datamodel
import PoolDatabase
import PoolOperations
import Synchronization
import XenAPI

/// One caller who has signed in.
struct Session: Sendable {
    let ref: Ref
    let user: String
    let role: Role
    /// ``Users/mark(of:)`` when the user signed in: with another one the session is over. Nil for those who need no
    /// password.
    let mark: String?
    var lastActive: Timestamp

    /// root, who may do everything.
    var isSuperuser: Bool { user == "root" }
}

/// The sessions that are open. They live in memory only: a restart of the server ends them, and clients sign in again.
///
/// Each has a row of class `session`, by which callers can read it; only the time of its last call is kept here.
final class Sessions: Sendable {
    /// More than this many of one user are not kept: the user's own one that was idle longest makes room.
    static let limit = 400
    /// A session that is idle for this long, in seconds, ends.
    static let idleLimit: Int64 = 24 * 3600

    private let pool: Pool
    private let users: Users
    private let open = Mutex<[Ref: Session]>([:])

    init(pool: Pool, users: Users) { (self.pool, self.users) = (pool, users) }

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - permissions: what the role allows, where the user is not root.
    ///   - mark: the user's mark at sign-in; nil for those who need no password.
    func start(_ user: String, _ role: Role, permissions: [String], mark: String? = nil) async -> Session {
        let session = Session(ref: pool.makeRef(), user: user, role: role, mark: mark, lastActive: pool.now())
        let uuid = pool.makeUUID()
        let ended = open.withLock { open in
            var ended = open.values.filter { isIdle($0, at: session.lastActive) }.map(\.ref)
            let own = open.values.filter { $0.user == user && !isIdle($0, at: session.lastActive) }
            if own.count >= Self.limit, let idle = own.min(by: { $0.lastActive < $1.lastActive }) {
                ended.append(idle.ref)
            }
            for ref in ended { open[ref] = nil }
            open[session.ref] = session
            return ended
        }
        await change { transaction in
            for ref in ended { transaction.delete("session", ref) }
            let snapshot = transaction.snapshot
            let account = snapshot.rows("user").first { $0.string("short_name") == user }?.ref ?? .null
            let subject = snapshot.rows("subject").first { $0.string("subject_identifier") == user }?.ref ?? .null
            transaction.create(
                "session",
                session.ref,
                [
                    "uuid": .string(uuid), "this_host": .string((try? snapshot.pool())?.string("master") ?? ""),
                    "this_user": .string(account.rawValue), "last_active": .date(session.lastActive),
                    "is_local_superuser": .bool(session.isSuperuser), "subject": .string(subject.rawValue),
                    "validation_time": .date(session.lastActive), "auth_user_name": .string(user),
                    "auth_user_sid": .string(session.isSuperuser ? "" : user),
                    "rbac_permissions": .strings(permissions),
                ]
            )
        }
        return session
    }

    /// How many are open.
    var count: Int { open.withLock { $0.count } }

    /// The session that `ref` names; using it keeps it alive.
    ///
    /// - Throws: `SESSION_INVALID` where there is none (any more).
    func use(_ ref: Ref) throws(APIError) -> Session {
        let now = pool.now()
        let session = open.withLock { open -> Session? in
            guard var session = open[ref], !isIdle(session, at: now), isInForce(session) else { return nil }
            session.lastActive = now
            open[ref] = session
            return session
        }
        guard let session else { throw APIError("SESSION_INVALID", [String(ref.rawValue.prefix(200))]) }
        return session
    }

    /// Whether a session is still open; looking does not keep it alive.
    func isOpen(_ ref: Ref) -> Bool {
        let now = pool.now()
        return open.withLock { $0[ref] }.map { !isIdle($0, at: now) && isInForce($0) } ?? false
    }

    /// Whether the user has still the password and the role with which the session was opened.
    private func isInForce(_ session: Session) -> Bool {
        session.mark == nil || users.mark(of: session.user) == session.mark
    }

    /// Lets a session go on whose own user has just given a new password in it; all others of the user end.
    func renew(_ ref: Ref) {
        open.withLock { open in
            guard let old = open[ref], old.mark != nil, let mark = users.mark(of: old.user) else { return }
            open[ref] = Session(ref: ref, user: old.user, role: old.role, mark: mark, lastActive: old.lastActive)
        }
    }

    /// Ends the sessions of users who have been removed, or have another password or role now.
    func endOutdated() async {
        await end { [self] in !isInForce($0) }
    }

    private func isIdle(_ session: Session, at now: Timestamp) -> Bool {
        now.seconds - session.lastActive.seconds >= Self.idleLimit
    }

    func end(_ ref: Ref) async {
        open.withLock { $0[ref] = nil }
        await change { $0.delete("session", ref) }
    }

    /// Ends the sessions that a test picks out.
    func end(where test: @Sendable (Session) -> Bool) async {
        for session in all where test(session) { await end(session.ref) }
    }

    var all: [Session] { open.withLock { Array($0.values) } }

    /// A session's row with the time of its last call.
    func fill(_ row: Row) -> Row {
        guard row.schema.name == "session", let session = open.withLock({ $0[row.ref] }) else { return row }
        return row.setting("last_active", .date(session.lastActive))
    }

    /// Sessions are not kept on disk, so that a change of one can not fail.
    private func change(_ body: @escaping @Sendable (inout Transaction) -> Void) async {
        try? await pool.database.transaction { transaction throws(APIError) in body(&transaction) }
    }
}
