import Crypto
public import Datamodel
import Foundation
public import Hummingbird
public import PoolDatabase
import PoolControl
import PoolOperations
import PoolPatching
public import XenAPI

/// What pages for people ask of the server: sessions and calls like everybody else's, and the pool as it changes.
public struct PoolFace: Sendable {
    let api: API
    var certificate: ServedCertificate?

    /// When the certificate that the server shows expires, in seconds since the epoch; nil where it does not say.
    public var certificateExpires: Int64? { certificate?.expires }

    /// Somebody who has signed in.
    public struct SignedIn: Sendable, Hashable {
        /// The session, which the calls name.
        public let session: Ref
        /// The name.
        public let user: String
        /// What the user may do.
        public let role: Role
        /// Changes with the user's password and role: see ``PoolFace/resume(_:mark:)``.
        public let mark: String
    }

    /// Opens a session.
    ///
    /// - Throws: `SESSION_AUTHENTICATION_FAILED`, after a delay that makes guessing slow.
    public func signIn(_ user: String, password: String) async throws(APIError) -> SignedIn {
        show(try await api.login(user, password: password))
    }

    /// Opens a session for somebody who had one before the server was started again.
    ///
    /// - Parameter mark: what ``SignedIn/mark`` was then.
    /// - Throws: `SESSION_INVALID` where the user's password or role is another one now.
    public func resume(_ user: String, mark: String) async throws(APIError) -> SignedIn {
        guard let role = api.users.accounts.first(where: { $0.name == user })?.role, api.users.mark(of: user) == mark
        else {
            throw APIError("SESSION_INVALID")
        }
        return show(await api.open(user, role, mark: mark))
    }

    /// Who has a session; looking keeps it alive.
    ///
    /// - Throws: `SESSION_INVALID` where it is over.
    public func signedIn(_ session: Ref) throws(APIError) -> SignedIn { show(try api.sessions.use(session)) }

    /// Returns as soon as a session is over, whatever ended it: signing out, idleness, another password or role of its user,
    /// the user's removal. Also where the task is cancelled. For those who tell somebody of changes for as long as that is
    /// somebody who may hear of them.
    public func untilOver(_ session: Ref) async {
        let row = Interest(tables: [], objects: [session])
        while !Task.isCancelled {
            let generation = api.pool.database.snapshot.generation
            guard api.sessions.isOpen(session) else { return }
            _ = await api.pool.database.change(after: generation, of: row)
        }
    }

    /// Ends a session.
    public func signOut(_ session: Ref) async { await api.sessions.end(session) }

    /// Sends a XenAPI message in a session.
    ///
    /// - Throws: what the message throws, `RBAC_PERMISSION_DENIED` among it.
    public func call(_ message: String, _ arguments: [Value], in session: Ref) async throws(APIError) -> Value {
        try await api.call(message, [.string(session.rawValue)] + arguments)
    }

    /// Takes an update package in.
    ///
    /// - Parameters:
    ///   - body: the package's bytes.
    ///   - length: how many there are to be, where the sender has said so.
    /// - Returns: the `pool_patch`.
    /// - Throws: what an upload throws; `RBAC_PERMISSION_DENIED` for roles below pool-operator.
    public func upload(_ body: RequestBody, length: Int64?, in session: Ref) async throws(APIError) -> Ref {
        let session = try api.sessions.use(session)
        guard session.role >= .poolOperator else {
            throw Permissions.denial(of: Activity.upload, to: session)
        }
        if let length { try api.patches.assertRoom(for: length) }
        return try await TransferDoor(api: api).receive(body, from: session)
    }

    /// Writes down what somebody did that is no message.
    ///
    /// - Parameters:
    ///   - deed: what it was, as messages are named, such as `rollout.pause`.
    ///   - object: what it was about, by name.
    ///   - error: what came of it; nil where it was done.
    public func note(_ deed: String, about object: String, _ error: APIError?, in session: Ref) {
        guard let session = try? api.sessions.use(session) else { return }
        api.trail(session, deed, object: object).end(error)
    }

    /// Who changed what; nil where nobody writes it down.
    public var audit: AuditLog? { api.audit }

    /// Why nothing is heard of a pool that keeps itself, with the time of what is shown of it; nil while it answers, and for
    /// pools that this server keeps.
    public var silence: String? {
        guard let freshness = api.relay?.freshness, let silence = freshness.silence else { return nil }
        let age = freshness.confirmed.map { "This is how the pool was at \($0.iso8601)." }
        return "\(age ?? "Nothing is known of the pool.") \(silence)"
    }

    /// The pool as it is now.
    public var snapshot: Snapshot { api.pool.database.snapshot }

    /// The pool as soon as it is later than `generation`, or the task is cancelled.
    public func change(after generation: Int64) async -> Snapshot {
        await api.pool.database.change(after: generation)
    }

    private func show(_ session: Session) -> SignedIn {
        SignedIn(
            session: session.ref,
            user: session.user,
            role: session.role,
            mark: api.users.mark(of: session.user) ?? ""
        )
    }
}
