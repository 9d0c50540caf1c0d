public import Datamodel
public import Hummingbird
public import PoolDatabase
public import XenAPI

/// Somebody who has signed in.
public struct SignedIn: Sendable, Hashable {
    /// The XenAPI session, which calls name.
    public let session: Ref
    /// The name.
    public let user: String
    /// What the user may do.
    public let role: Role
    /// Changes with the user's password and role.
    public let mark: String

    /// Creates one.
    public init(session: Ref, user: String, role: Role, mark: String) {
        (self.session, self.user, self.role, self.mark) = (session, user, role, mark)
    }

    /// Whether the user may install updates; the others may look.
    var mayOperate: Bool { role >= .poolOperator }
    /// Whether the user may move VMs.
    var mayMoveVMs: Bool { role >= .vmPowerAdmin }
    /// Whether the user may say whom to trust.
    var mayAdminister: Bool { role >= .poolAdmin }
}

/// The server as the console sees it: sessions and messages like everybody else's, and the pool as it changes.
public protocol PoolAccess: Sendable {
    /// Opens a session; throws `SESSION_AUTHENTICATION_FAILED` after a while.
    func signIn(_ user: String, password: String) async throws(APIError) -> SignedIn
    /// Opens a session for somebody who had one before a restart, unless the password has changed since.
    func resume(_ user: String, mark: String) async throws(APIError) -> SignedIn
    /// Who has a session; throws `SESSION_INVALID` where it is over.
    func signedIn(_ session: Ref) throws(APIError) -> SignedIn
    /// Ends a session.
    func signOut(_ session: Ref) async
    /// Sends a message.
    func call(_ message: String, _ arguments: [Value], in session: Ref) async throws(APIError) -> Value
    /// Takes an update package in, and returns its `pool_patch`.
    func upload(_ body: RequestBody, length: Int64?, in session: Ref) async throws(APIError) -> Ref
    /// Writes down what somebody did here that is no message: what, about what, and what came of it.
    func note(_ deed: String, about object: String, _ error: APIError?, in session: Ref)
    /// Who changed what, the newest first; and why that is not on disk, where it is not.
    var audit: (entries: [AuditEntry], problem: String?) { get }
    /// The pool as it is now.
    var snapshot: Snapshot { get }
    /// The pool as soon as it is later than a generation.
    func change(after generation: Int64) async -> Snapshot
    /// Why the pool may not be as it is shown, in one sentence; nil while it answers.
    var silence: String? { get }
    /// When the certificate that browsers are shown expires, in seconds since the epoch; nil where it does not say.
    var certificateExpires: Int64? { get }
}

extension PoolAccess {
    public var silence: String? { nil }
    public var certificateExpires: Int64? { nil }
}
