import Synchronization

/// The other end of the connection by which a call came. A call that waits for others asks whether there is still
/// somebody to answer; one that does something goes on without.
final class Caller: Sendable {
    /// Who has made the call that this task carries out; nil where it came by no connection.
    @TaskLocal static var current: Caller?

    /// Whether the call came by the server's UNIX socket, which only root of the pool may open.
    let isLocal: Bool
    /// Where it came from; `local` for the UNIX socket, empty where nobody knows.
    let address: String

    /// Counts connections since the server's start.
    private static let connections = Atomic(0)
    private let number: Int

    private struct State {
        var isGone = false
        /// Requests that have come by this connection, where it carries several.
        var requests = 0
        var watches: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    init(isLocal: Bool = false, address: String = "") {
        self.isLocal = isLocal
        self.address = isLocal ? "local" : address
        number = Self.connections.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Names the request that is being answered, such as `12.3`: the log tells it with all that came of the request.
    var request: String { "\(number).\(state.withLock { max(1, $0.requests) })" }

    /// Takes note that another request begins.
    func beginRequest() { state.withLock { $0.requests += 1 } }

    /// Whether the caller has stopped sending, and so will make no other call.
    var isGone: Bool { state.withLock { $0.isGone } }

    /// Takes note that the caller has gone.
    func leave() {
        let watches = state.withLock { state in
            state.isGone = true
            defer { state.watches = [:] }
            return state.watches.values.map { $0 }
        }
        for watch in watches { watch() }
    }

    /// Runs `body`, and `onLeaving` if the caller goes meanwhile or has gone already.
    func watch(onLeaving: @escaping @Sendable () -> Void, _ body: () async -> Void) async {
        let number = state.withLock { state -> Int? in
            guard !state.isGone else { return nil }
            state.next += 1
            state.watches[state.next] = onLeaving
            return state.next
        }
        if number == nil { onLeaving() }
        await body()
        if let number { state.withLock { $0.watches[number] = nil } }
    }
}
