import Datamodel
import PoolControl
import PoolDatabase
import PoolOperations
import PoolPatching
import PoolRollout
import XenAPI

/// XenAPI itself: takes a message and its arguments, whatever door they came through, and carries it out.
struct API: Sendable {
    let pool: Pool
    let patches: PatchService
    /// Nil where the server carries out no runs.
    let rollouts: RolloutService?
    let users: Users
    let sessions: Sessions
    let events: Events
    let tasks: Tasks
    /// Nil where nobody wants to know.
    let audit: AuditLog?
    let activity: Activity
    /// The pool behind this server, where that keeps itself; nil for a pool that this server keeps.
    let relay: (any MessageRelay)?
    let methods = MethodTable()
    let meters = Meters()
    /// How long a failed sign-in takes, which makes guessing slow. Nobody else waits for it.
    let failureDelay: Duration
    /// Where answers are worked out that take long.
    let lane = BackLane()
    let handlers: [String: Handler]

    /// One call on its way to what carries it out.
    struct Call: Sendable {
        let api: API
        let method: MethodTable.Method
        let session: Session
        let arguments: Arguments
        /// The task that shows how far the call is.
        let task: Ref

        var snapshot: Snapshot { api.pool.database.snapshot }

        var progress: ProgressReport {
            { [tasks = api.tasks, task] part in await tasks.setProgress(task, part) }
        }
    }

    typealias Handler = @Sendable (Call) async throws(APIError) -> Value

    init(
        pool: Pool,
        patches: PatchService,
        rollouts: RolloutService? = nil,
        users: Users,
        audit: AuditLog? = nil,
        activity: Activity = Activity(),
        relay: (any MessageRelay)? = nil,
        failureDelay: Duration = .seconds(5)
    ) {
        self.pool = pool
        self.patches = patches
        self.rollouts = rollouts
        self.users = users
        self.audit = audit
        self.activity = activity
        self.relay = relay
        self.failureDelay = failureDelay
        sessions = Sessions(pool: pool, users: users)
        events = Events(pool: pool, sessions: sessions)
        tasks = Tasks(pool: pool)
        handlers = Messages.all
        Messages.check(methods)
    }

    /// Carries out a message.
    ///
    /// - Parameters:
    ///   - name: `class.message`, or `Async.class.message` for a task in place of the result.
    ///   - arguments: what came over the wire, the session first where the message needs one.
    func call(_ name: String, _ arguments: [Value]) async throws(APIError) -> Value {
        let isAsync = name.hasPrefix("Async.")
        let plainName = isAsync ? String(name.dropFirst("Async.".count)) : name
        guard let method = methods[plainName], !isAsync || method.message.isAsync else {
            return try await passOn(unknown: name, arguments)
        }
        guard method.message.needsSession else { return try await callWithoutSession(method, arguments) }
        guard let first = arguments.first else {
            throw APIError("MESSAGE_PARAMETER_COUNT_MISMATCH", [name, String(method.message.parameters.count), "-1"])
        }
        let session = try sessions.use(Ref(first.text ?? ""))
        let converted = try convert(Array(arguments.dropFirst()), for: method)
        let trail = trail(of: method, converted, session)
        do throws(APIError) {
            try Permissions.check(session, may: method, converted)
            if isAsync { return try await start(method, converted, session, trail) }
            let result = try await perform(method, converted, session)
            trail?.end(with: result)
            return result
        } catch {
            if let trail {
                trail.end(error)
            } else if error.code == "RBAC_PERMISSION_DENIED" {
                // One that only looks: nothing of it is in the audit log.
                self.trail(session, method.name, object: "").activityOnly.end(error)
            }
            throw error
        }
    }

    /// Carries out a message in a session that is already known.
    func call(_ name: String, _ arguments: [Value] = [], in session: Session) async throws(APIError) -> Value {
        try await call(name, [.string(session.ref.rawValue)] + arguments)
    }

    private func perform(
        _ method: MethodTable.Method,
        _ arguments: Arguments,
        _ session: Session
    ) async throws(APIError) -> Value {
        guard let handler = handler(of: method, arguments) else {
            return try await timed(method, session) { () async throws(APIError) in
                try await GenericMessages.perform(method, arguments, database: pool.database, fill: fill)
            }
        }
        guard method.message.isAsync else {
            return try await handler(
                Call(api: self, method: method, session: session, arguments: arguments, task: .null)
            )
        }
        // A call that takes its time shows as a task while it runs.
        let task = await tasks.create(method.name, "", owner: session)
        do throws(APIError) {
            let result = try await handler(
                Call(api: self, method: method, session: session, arguments: arguments, task: task)
            )
            await tasks.destroy(task)
            return result
        } catch {
            await tasks.destroy(task)
            throw error
        }
    }

    private func start(
        _ method: MethodTable.Method,
        _ arguments: Arguments,
        _ session: Session,
        _ trail: AuditTrail?
    ) async throws(APIError) -> Value {
        guard let handler = handler(of: method, arguments) else { throw APIError("NOT_IMPLEMENTED", [method.name]) }
        let task = await tasks.create("Async." + method.name, "", owner: session)
        let call = Call(api: self, method: method, session: session, arguments: arguments, task: task)
        tasks.run(task, returning: method.message.result) { () async throws(APIError) -> Value in
            do throws(APIError) {
                let value = try await handler(call)
                trail?.end(with: value)
                return value
            } catch {
                trail?.end(error)
                throw error
            }
        }
        return .string(task.rawValue)
    }

    private func callWithoutSession(
        _ method: MethodTable.Method,
        _ arguments: [Value]
    ) async throws(APIError) -> Value {
        let converted = try convert(arguments, for: method)
        switch method.name {
        case "session.login_with_password", "session.slave_local_login_with_password":
            return .string(try await login(converted.string(0), password: converted.string(1)).ref.rawValue)
        case "session.slave_login", "session.slave_local_login":
            // The secret that XenServer's hosts share does not exist here, so nobody can know it.
            try? await Task.sleep(for: failureDelay)
            throw APIError("SESSION_AUTHENTICATION_FAILED", ["", "This pool's hosts share no secret"])
        default: throw APIError("NOT_IMPLEMENTED", [method.name])
        }
    }

    /// Shows those who may sign in as objects, and ends the sessions of those who may not any more, or have another
    /// password now.
    func showAccounts() async throws(APIError) {
        let users = users.accounts
        try await pool.database.transaction { [makeUUID = pool.makeUUID] transaction throws(APIError) in
            Accounts.show(users, in: &transaction, makeUUID: makeUUID)
        }
        await sessions.endOutdated()
    }

    /// A row with what is worked out when it is read, not stored.
    @Sendable func fill(_ row: Row, _ snapshot: Snapshot) -> Row {
        // A pool that keeps itself says itself what it allows.
        let allowed = relay == nil ? AllowedOperations.fill(row, in: snapshot) : row
        return sessions.fill(allowed).showingPackageOrigin
    }

    private func convert(_ arguments: [Value], for method: MethodTable.Method) throws(APIError) -> Arguments {
        let parameters = method.message.parameters
        let required = parameters.filter { !$0.isOptional }.count
        // Messages with optional parameters take surplus ones too: this is how newer clients sign in to older servers.
        guard arguments.count >= required, arguments.count <= parameters.count || required < parameters.count else {
            throw APIError(
                "MESSAGE_PARAMETER_COUNT_MISMATCH",
                [method.name, String(parameters.count), String(arguments.count)]
            )
        }
        var values: [Value] = []
        for (parameter, argument) in zip(parameters, arguments) {
            values.append(try argument.converted(to: parameter.type, for: parameter.name))
            // A password that somebody signs in with is compared, and kept nowhere.
            if method.message.needsSession { try AcceptedValues.check(argument, for: parameter.name) }
        }
        values += arguments.dropFirst(parameters.count)
        return Arguments(values: values)
    }
}

/// Logs write down the services that they start, whole: without this they would spell out every message of the datamodel.
extension API: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "XenAPI" }
    var debugDescription: String { description }
}
