import Datamodel
import PoolControl
import PoolDatabase
import XenAPI

/// What this server does not answer itself, because the pool behind it keeps itself.
extension API {
    /// What carries out a message; nil for one that every class has.
    func handler(of method: MethodTable.Method, _ arguments: Arguments) -> Handler? {
        guard let relay, !isAnsweredHere(method, arguments, relay) else { return handlers[method.name] }
        return { call throws(APIError) in try await call.passOn(by: relay) }
    }

    /// Classes whose objects are this server's.
    private static let ownClasses: Set<String> = ["session", "event", "role", "user", "subject", "auth", "rollout"]

    /// Messages about what this server knows of the pool: its catalogue, and tasks that clients have it keep.
    private static let ownMessages: Set<String> = [
        "pool.get_catalogue", "pool.get_update_status", "pool.get_update_order", "host.get_update_status",
        "host.list_methods", "task.create",
    ]

    /// Messages of later versions that take minutes: they are waited for by their tasks.
    private static let longMessages: Set<String> = ["pool.sync_updates"]

    private func isAnsweredHere(_ method: MethodTable.Method, _ arguments: Arguments, _ relay: any MessageRelay) -> Bool
    {
        if Self.ownClasses.contains(method.model.name) || Self.ownMessages.contains(method.name) { return true }
        if method.model.name == "task", tasks.isOwn(arguments.ref(0)) { return true }
        guard relay.mirrored.contains(method.model.name), handlers[method.name] == nil else { return false }
        return GenericMessages.isLook(method)
    }

    /// Passes on a message that nobody here knows: a later version's, say. What it does, and which role it takes, nobody here
    /// knows either, so that it takes the highest.
    ///
    /// - Throws: `MESSAGE_METHOD_UNKNOWN` where there is nobody to pass it on to.
    func passOn(unknown name: String, _ arguments: [Value]) async throws(APIError) -> Value {
        let plainName = name.hasPrefix("Async.") ? String(name.dropFirst("Async.".count)) : name
        let table = plainName.split(separator: ".").first.map(String.init) ?? ""
        guard let relay, let first = arguments.first, methods[plainName] == nil, plainName.contains("."),
            !Self.ownClasses.contains(table)
        else { throw APIError("MESSAGE_METHOD_UNKNOWN", [name]) }
        let session = try sessions.use(Ref(first.text ?? ""))
        let trail = plainName.contains(".get_") ? nil : trail(session, name, object: "")
        do throws(APIError) {
            guard session.role >= .poolAdmin else { throw Permissions.denial(of: plainName.lowercased(), to: session) }
            let isLong = Self.longMessages.contains(name)
            let value = try await relay.send(name, Array(arguments.dropFirst()), isLong: isLong) { _ in }
            trail?.end()
            return value
        } catch {
            trail?.end(error)
            throw error
        }
    }
}

extension API.Call {
    /// Has the pool itself carry out the call, and shows how far it is.
    fileprivate func passOn(by relay: any MessageRelay) async throws(APIError) -> Value {
        let (reports, continuation) = AsyncStream.makeStream(of: Double.self, bufferingPolicy: .bufferingNewest(1))
        let result = await withTaskGroup(of: Void.self) { group -> Result<Value, APIError> in
            group.addTask { [progress] in
                for await part in reports { await progress(part) }
            }
            defer { continuation.finish() }
            do throws(APIError) {
                return .success(
                    try await relay.send(
                        method.name,
                        arguments.values,
                        isLong: method.message.isAsync
                    ) { continuation.yield($0) }
                )
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
