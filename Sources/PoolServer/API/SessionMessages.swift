import Datamodel
import PoolDatabase
import XenAPI

extension Messages {
    /// Messages on the caller's own session.
    static let session: [String: API.Handler] = [
        "session.logout": { call throws(APIError) in
            call.api.sessions.remove(call.session.ref)
            return .void
        },
        "session.get_this_host": { call throws(APIError) in .string(try call.snapshot.pool().string("master")) },
        "session.get_this_user": { _ throws(APIError) in .string(Ref.null.rawValue) },
        "session.get_uuid": { call throws(APIError) in .string(call.session.uuid) },
        "session.get_is_local_superuser": { call throws(APIError) in .bool(call.session.user == "root") },
        "session.get_rbac_permissions": { call throws(APIError) in
            let methods = call.api.methods
            return .strings(
                methods.names.filter { (methods[$0]?.message.role ?? .localRoot) <= call.session.role }
                    .map { $0.lowercased() }
            )
        },
    ]
}
