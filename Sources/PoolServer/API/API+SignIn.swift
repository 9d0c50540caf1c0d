import Datamodel
import XenAPI

/// Who comes in.
extension API {
    /// Opens a session. A local caller gets root's, whatever the name and the password.
    ///
    /// - Throws: `SESSION_AUTHENTICATION_FAILED`, after a delay that makes guessing slow.
    func login(_ name: String, password: String) async throws(APIError) -> Session {
        let caller = Caller.current
        if caller?.isLocal == true { return await sessions.start("root", .poolAdmin, permissions: []) }
        let signIn: Users.SignIn?
        do {
            signIn = try await users.authenticate(name, password: password, from: caller?.address ?? "") {
                caller?.isGone != true
            }
        } catch {
            let error = APIError("TOO_MANY_PENDING_TASKS")
            trail(ofSignIn: name, role: nil).end(error)
            throw error
        }
        guard let signIn else {
            try? await Task.sleep(for: failureDelay)
            meters.signIn(accepted: false)
            let reason = users.isOver(name, secret: password) ? "The token's time is over." : "Authentication failure"
            let error = APIError("SESSION_AUTHENTICATION_FAILED", [name, reason])
            trail(ofSignIn: name, role: nil).end(error)
            throw error
        }
        meters.signIn(accepted: true)
        trail(ofSignIn: name, role: signIn.role).end()
        return await open(name, signIn.role, mark: signIn.mark)
    }

    /// Opens a session for somebody who has shown who it is.
    func open(_ name: String, _ role: Role, mark: String) async -> Session {
        await sessions.start(
            name,
            role,
            permissions: name == "root" ? [] : Permissions.names(for: role, methods),
            mark: mark
        )
    }
}
