import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

/// A call that goes into the audit log once it is known how it ended.
struct AuditTrail: Sendable {
    let log: AuditLog
    var entry: AuditLog.Entry
    let now: @Sendable () -> Timestamp

    func end(_ error: APIError? = nil) {
        var entry = entry
        entry.at = now().seconds
        entry.outcome = error?.code ?? "success"
        log.add(entry)
    }
}

extension API {
    /// Messages that every role may send, and that change something all the same.
    private static let smallChanges: Set<String> = ["session.change_password", "task.cancel", "task.destroy"]

    /// The trail of a call that changes something; nil for those that only look. What its arguments are is not written
    /// down, but for the objects that it is about.
    func trail(of method: MethodTable.Method, _ arguments: Arguments, _ session: Session) -> AuditTrail? {
        let name = method.message.name
        let changes = method.message.role > .readOnly && !name.hasPrefix("get_")
        guard changes || Self.smallChanges.contains(method.name) else { return nil }
        return trail(session, method.name, object: objects(of: method, arguments))
    }

    /// The trail of something that is no message: an upload, a word to a run in the console.
    func trail(_ session: Session, _ deed: String, object: String) -> AuditTrail? {
        trail(user: session.user, role: session.role.rawValue, deed, object: object)
    }

    /// The trail of a sign-in. A name that nobody has may be a password in the wrong field: it is not written down.
    func trail(ofSignIn user: String, role: Role?) -> AuditTrail? {
        let name = users.isKnown(user) ? user : "(unknown)"
        return trail(user: name, role: role?.rawValue ?? "", "session.login_with_password", object: "")
    }

    private func trail(user: String, role: String, _ deed: String, object: String) -> AuditTrail? {
        guard let audit else { return nil }
        let entry = AuditLog.Entry(
            at: 0,
            user: user,
            role: role,
            address: Caller.current?.address ?? "",
            message: deed,
            object: String(object.prefix(300)),
            outcome: ""
        )
        return AuditTrail(log: audit, entry: entry, now: pool.now)
    }

    /// The objects that a call names, as people know them. Its arguments may name one that is about to go.
    private func objects(of method: MethodTable.Method, _ arguments: Arguments) -> String {
        let snapshot = pool.database.snapshot
        var names: [String] = []
        for (parameter, value) in zip(method.message.parameters, arguments.values) {
            switch parameter.type {
            case .ref(let table): names += [name(of: value, in: table, snapshot)].compactMap { $0 }
            case .set(.ref(let table)):
                names += (value.elements ?? []).prefix(4).compactMap { name(of: $0, in: table, snapshot) }
            default: break
            }
        }
        return names.joined(separator: ", ")
    }

    private func name(of value: Value, in table: String, _ snapshot: Snapshot) -> String? {
        guard let row = snapshot.row(table, Ref(value.text ?? "")) else { return nil }
        return "\(table) \(row.nameLabel.isEmpty ? "" : row.nameLabel + " ")(\(row.uuid))"
    }
}
