import PoolDatabase
import XenAPI

extension Messages {
    /// Messages on events.
    static let events: [String: API.Handler] = [
        "event.from": { call throws(APIError) in
            guard case .float(let timeout) = call.arguments[2] else { throw .fieldTypeError("timeout") }
            return try await call.api.events.from(
                call.arguments.strings(0),
                call.arguments.string(1),
                timeout: timeout,
                session: call.session
            )
        },
        "event.register": { call throws(APIError) in
            call.api.events.register(call.arguments.strings(0), session: call.session)
            return .void
        },
        "event.unregister": { call throws(APIError) in
            call.api.events.unregister(call.arguments.strings(0), session: call.session)
            return .void
        },
        "event.next": { call throws(APIError) in try await call.api.events.next(session: call.session) },
        "event.get_current_id": { call throws(APIError) in .int(call.snapshot.generation) },
    ]
}
