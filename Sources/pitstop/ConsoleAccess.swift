import Console
import Hummingbird
import PoolDatabase
import PoolServer
import XenAPI

/// The server as the console sees it.
struct ConsoleAccess: PoolAccess {
    let face: PoolFace

    func signIn(_ user: String, password: String) async throws(APIError) -> SignedIn {
        SignedIn(try await face.signIn(user, password: password))
    }

    func resume(_ user: String, mark: String) async throws(APIError) -> SignedIn {
        SignedIn(try await face.resume(user, mark: mark))
    }

    func signedIn(_ session: Ref) throws(APIError) -> SignedIn { SignedIn(try face.signedIn(session)) }

    func signOut(_ session: Ref) async { await face.signOut(session) }

    func call(_ message: String, _ arguments: [Value], in session: Ref) async throws(APIError) -> Value {
        try await face.call(message, arguments, in: session)
    }

    func upload(_ body: RequestBody, length: Int64?, in session: Ref) async throws(APIError) -> Ref {
        try await face.upload(body, length: length, in: session)
    }

    func note(_ deed: String, about object: String, _ error: APIError?, in session: Ref) {
        face.note(deed, about: object, error, in: session)
    }

    var audit: (entries: [AuditEntry], problem: String?) {
        ((face.audit?.newest ?? []).map(AuditEntry.init), face.audit?.problem)
    }

    var snapshot: Snapshot { face.snapshot }

    var silence: String? { face.silence }

    var certificateExpires: Int64? { face.certificateExpires }

    func change(after generation: Int64) async -> Snapshot { await face.change(after: generation) }
}

extension SignedIn {
    fileprivate init(_ face: PoolFace.SignedIn) {
        self.init(session: face.session, user: face.user, role: face.role, mark: face.mark)
    }
}

extension AuditEntry {
    fileprivate init(_ entry: AuditLog.Entry) {
        self.init(
            at: entry.at,
            user: entry.user,
            role: entry.role,
            address: entry.address,
            message: entry.message,
            object: entry.object,
            outcome: entry.outcome
        )
    }
}
