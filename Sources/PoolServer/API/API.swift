import Datamodel
import PoolDatabase
import PoolOperations
import PoolPatching
import XenAPI

/// XenAPI itself: takes a message and its arguments, whatever door they came through, and carries it out.
struct API: Sendable {
    let pool: Pool
    let patches: PatchService
    let users: Users
    let sessions = Sessions()
    let tasks: Tasks
    let methods = MethodTable()
    private let handlers: [String: Handler]

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

    init(pool: Pool, patches: PatchService, users: Users) {
        self.pool = pool
        self.patches = patches
        self.users = users
        tasks = Tasks(pool: pool)
        handlers = Messages.session.merging(Messages.tasks) { $1 }
            .merging(Messages.hosts) { $1 }
            .merging(Messages.virtualMachines) { $1 }
            .merging(Messages.patches) { $1 }
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
            throw APIError("MESSAGE_METHOD_UNKNOWN", [name])
        }
        guard method.message.needsSession else { return try await callWithoutSession(method, arguments) }
        guard let first = arguments.first else {
            throw APIError("MESSAGE_PARAMETER_COUNT_MISMATCH", [name, String(method.message.parameters.count), "-1"])
        }
        let session = try sessions.use(Ref(first.text ?? ""), at: pool.now())
        try check(session, may: method)
        let converted = try convert(Array(arguments.dropFirst()), for: method)
        return try await isAsync
            ? start(method, converted, session) : perform(method, converted, session)
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
        guard let handler = handlers[method.name] else {
            return try await GenericMessages.perform(
                method,
                arguments,
                database: pool.database
            )
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
        _ session: Session
    ) async throws(APIError) -> Value {
        guard let handler = handlers[method.name] else { throw APIError("NOT_IMPLEMENTED", [method.name]) }
        let task = await tasks.create("Async." + method.name, "", owner: session)
        let call = Call(api: self, method: method, session: session, arguments: arguments, task: task)
        tasks.run(task, returning: method.message.result) { () async throws(APIError) -> Value in
            try await handler(call)
        }
        return .string(task.rawValue)
    }

    private func callWithoutSession(
        _ method: MethodTable.Method,
        _ arguments: [Value]
    ) async throws(APIError) -> Value {
        let converted = try convert(arguments, for: method)
        switch method.name {
        case "session.login_with_password":
            let session = try await login(
                converted.string(0),
                password: converted.string(1),
                originator: converted.string(3)
            )
            return .string(session.ref.rawValue)
        default: throw APIError("NOT_IMPLEMENTED", [method.name])
        }
    }

    /// Opens a session.
    ///
    /// - Throws: `SESSION_AUTHENTICATION_FAILED`, after five seconds that make guessing slow.
    func login(_ name: String, password: String, originator: String) async throws(APIError) -> Session {
        guard let role = users.authenticate(name, password: password) else {
            try? await Task.sleep(for: .seconds(5))
            throw APIError("SESSION_AUTHENTICATION_FAILED", [name, "Authentication failure"])
        }
        let session = Session(
            ref: pool.makeRef(),
            uuid: pool.makeUUID(),
            user: name,
            role: role,
            originator: originator,
            lastActive: pool.now()
        )
        sessions.add(session)
        return session
    }

    /// - Throws: `RBAC_PERMISSION_DENIED` where the session's role is too low for a message.
    private func check(_ session: Session, may method: MethodTable.Method) throws(APIError) {
        guard session.role < method.message.role, method.message.role != .localRoot || session.user != "root" else {
            return
        }
        throw APIError(
            "RBAC_PERMISSION_DENIED",
            [method.name.lowercased(), "The role of user \(session.user) is \(session.role.rawValue)."]
        )
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
        }
        values += arguments.dropFirst(parameters.count)
        return Arguments(values: values)
    }
}

/// What carries out the messages that are not the same for all classes, by full name.
enum Messages {}
