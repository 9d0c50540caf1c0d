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
            try call.api.events.register(call.arguments.strings(0), session: call.session)
            return .void
        },
        "event.unregister": { call throws(APIError) in
            call.api.events.unregister(call.arguments.strings(0), session: call.session)
            return .void
        },
        "event.next": { call throws(APIError) in try await call.api.events.next(session: call.session) },
        "event.inject": { call throws(APIError) in
            let (name, ref) = (call.arguments.string(0), Ref(call.arguments.string(1)))
            guard let table = EventFilter.tables[name.lowercased()] else {
                throw APIError("VALUE_NOT_SUPPORTED", ["class", name, "there are no events of this class"])
            }
            return .string(try await call.api.events.inject(table, ref))
        },
        "event.get_current_id": { call throws(APIError) in .int(call.snapshot.generation) },
    ]
}
