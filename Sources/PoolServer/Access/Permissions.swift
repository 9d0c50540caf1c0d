import Datamodel
import XenAPI

/// What a role may do: XenServer's role-based access control.
enum Permissions {
    /// Messages that every local user may send for themselves, though XenServer keeps them for its superuser.
    private static let own: Set<String> = ["session.change_password"]

    /// - Throws: `RBAC_PERMISSION_DENIED` where the session's role is too low for a message.
    static func check(
        _ session: Session,
        may method: MethodTable.Method,
        _ arguments: Arguments
    ) throws(APIError) {
        guard !session.isSuperuser, !own.contains(method.name) else { return }
        let needed = role(for: method, arguments)
        guard session.role < needed.role else { return }
        throw denial(of: needed.permission, to: session)
    }

    /// The error for a role that is too low.
    static func denial(of permission: String, to session: Session) -> APIError {
        APIError(
            "RBAC_PERMISSION_DENIED",
            [permission, "The role of user \(session.user) is \(session.role.rawValue), which may not do this."]
        )
    }

    /// The names of everything that a role may do.
    static func names(for role: Role, _ methods: MethodTable) -> [String] {
        methods.names.filter { (methods[$0]?.message.role ?? .localRoot) <= role }.map { $0.lowercased() }
    }

    /// The least role for a call. Some keys of maps need less than the map as a whole.
    private static func role(
        for method: MethodTable.Method,
        _ arguments: Arguments
    ) -> (role: Role, permission: String) {
        let (name, permission) = (method.message.name, method.name.lowercased())
        for prefix in ["add_to_", "remove_from_"] where name.hasPrefix(prefix) {
            guard let field = method.model.field(String(name.dropFirst(prefix.count))) else { continue }
            let key = arguments.string(1)
            return (method.model.role(toSet: field, key: key), "\(permission)/key:\(key.lowercased())")
        }
        return (method.message.role, permission)
    }
}
