import Datamodel
import Logging
import PoolDatabase
import PoolOperations
import XenAPI

/// A call that goes into the audit log, and into the server's log, once it is known how it ended.
struct AuditTrail: Sendable {
    let log: AuditLog?
    let activity: Activity
    var entry: AuditLog.Entry
    /// Names the request that it came by.
    let request: String
    let now: @Sendable () -> Timestamp

    /// - Parameter made: what came of it, for the server's log.
    func end(_ error: APIError? = nil, made: [String: String] = [:]) {
        var entry = entry
        entry.at = now().seconds
        entry.outcome = error?.code ?? "success"
        log?.add(entry)
        activity.tell(entry, error, request: request, made: made)
    }

    /// - Parameter result: what the call returned: of a run that was begun, which one it is.
    func end(with result: Value) {
        let run = entry.message == "rollout.start" ? result.text?.split(separator: ":").last.map(String.init) : nil
        end(made: ["run": run ?? ""])
    }
}

extension AuditTrail {
    /// The same for the server's log alone.
    var activityOnly: AuditTrail {
        AuditTrail(log: nil, activity: activity, entry: entry, request: request, now: now)
    }
}

extension API {
    /// A look at the pool that takes longer than this is told.
    private static let slow = Duration.seconds(1)

    /// Looks at the pool, and tells the log where that took long.
    func timed(
        _ method: MethodTable.Method,
        _ session: Session,
        _ look: () async throws(APIError) -> Value
    ) async throws(APIError) -> Value {
        let start = ContinuousClock.now
        let result = try await look()
        let time = ContinuousClock.now - start
        if time > Self.slow {
            let facts = [
                "call": method.name, "user": session.user, "seconds": "\(time.components.seconds)",
                "request": Caller.current?.request ?? "",
            ]
            activity.tell(.querySlow, .notice, "\(method.name) took \(time.components.seconds) s.", facts)
        }
        return result
    }

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
    func trail(_ session: Session, _ deed: String, object: String) -> AuditTrail {
        trail(user: session.user, role: session.role.rawValue, deed, object: object)
    }

    /// The trail of a sign-in. A name that nobody has may be a password in the wrong field: it is not written down.
    func trail(ofSignIn user: String, role: Role?) -> AuditTrail {
        let name = users.isKnown(user) ? user : "(unknown)"
        return trail(user: name, role: role?.rawValue ?? "", Activity.signIn, object: "")
    }

    private func trail(user: String, role: String, _ deed: String, object: String) -> AuditTrail {
        let entry = AuditLog.Entry(
            at: 0,
            user: user,
            role: role,
            address: Caller.current?.address ?? "",
            message: deed,
            object: String(object.prefix(300)),
            outcome: ""
        )
        return AuditTrail(
            log: audit,
            activity: activity,
            entry: entry,
            request: Caller.current?.request ?? "",
            now: pool.now
        )
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
