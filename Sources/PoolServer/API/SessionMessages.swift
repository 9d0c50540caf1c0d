import Datamodel
import PoolDatabase
import XenAPI

extension Messages {
    /// Messages on sessions. What a session's row shows, the messages of every class read.
    static let session: [String: API.Handler] = [
        "session.logout": { call throws(APIError) in
            await call.api.sessions.end(call.session.ref)
            return .void
        },
        "session.local_logout": { call throws(APIError) in
            await call.api.sessions.end(call.session.ref)
            return .void
        },
        "session.change_password": { call throws(APIError) in
            try await call.changePassword()
            return .void
        },
        "session.get_all_subject_identifiers": { call throws(APIError) in
            .strings(Set(call.api.sessions.all.filter { !$0.isSuperuser }.map(\.user)).sorted())
        },
        "session.logout_subject_identifier": { call throws(APIError) in
            let user = call.arguments.string(0)
            await call.api.sessions.end { $0.user == user && !$0.isSuperuser }
            return .void
        },
    ]

    /// Messages on roles and on those who have them.
    static let access: [String: API.Handler] = [
        "role.get_permissions_name_label": { call throws(APIError) in
            let row = try call.snapshot.require("role", call.arguments.ref(0))
            return .strings(Role(rawValue: row.nameLabel).map { Permissions.names(for: $0, call.api.methods) } ?? [])
        },
        "role.get_by_permission_name_label": { call throws(APIError) in
            let permission = call.arguments.string(0)
            let roles = call.snapshot.rows("role").filter { row in
                guard let role = Role(rawValue: row.nameLabel) else { return false }
                return Permissions.names(for: role, call.api.methods).contains(permission)
            }
            return .strings(roles.map(\.ref.rawValue))
        },
        "subject.get_permissions_name_label": { call throws(APIError) in
            let row = try call.snapshot.require("subject", call.arguments.ref(0))
            let names = row.texts("roles").compactMap { call.snapshot.row("role", Ref($0))?.nameLabel }
            let roles = names.compactMap { Role(rawValue: $0) }
            return .strings(roles.max().map { Permissions.names(for: $0, call.api.methods) } ?? [])
        },
    ]
}

extension API.Call {
    fileprivate func changePassword() async throws(APIError) {
        let (old, new) = (arguments.string(0), arguments.string(1))
        guard api.users.contains(session.user) else {
            throw APIError(
                "CHANGE_PASSWORD_REJECTED",
                ["\(session.user) signs in with a token, which has no password: have another token made."]
            )
        }
        let changed: Bool
        do {
            changed = try await api.users.changePassword(
                of: session.user,
                from: old,
                to: new,
                at: Caller.current?.address ?? ""
            )
        } catch is PasswordLane.Busy {
            throw APIError("TOO_MANY_PENDING_TASKS")
        } catch {
            throw APIError("CHANGE_PASSWORD_REJECTED", ["\(error)"])
        }
        guard changed else {
            try? await Task.sleep(for: api.failureDelay)
            throw APIError("CHANGE_PASSWORD_REJECTED", ["The old password is not right."])
        }
        // This session knows the new password; whoever else signed in with the old one may not be the same person.
        api.sessions.renew(session.ref)
        try await api.showAccounts()
    }
}
