import Synchronization
import XenAPI

/// The calls that wait for events. A session has a few at a time: one more ends the oldest, which answers at once. So a
/// client that keeps its connections and asks again and again leaves little behind. A call whose caller has gone ends at once.
///
/// XenServer 6.0 allowed one. With its limit of 400 sessions that would be too few for a thousand listeners.
final class Waits: Sendable {
    /// One call's place.
    struct Ticket: Sendable {
        let session: Ref
        let number: Int
    }

    /// So many calls of one session may wait at the same time.
    static let limit = 4

    private struct State {
        /// The numbers of each session's calls, oldest first.
        var calls: [Ref: [Int]] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// How many calls wait now.
    var count: Int { state.withLock { $0.tasks.count } }

    func begin(_ session: Ref) -> Ticket {
        let (ticket, ended) = state.withLock { state in
            state.next += 1
            var calls = state.calls[session, default: []] + [state.next]
            let ended = calls.count > Self.limit ? state.tasks[calls.removeFirst()] : nil
            state.calls[session] = calls
            return (Ticket(session: session, number: state.next), ended)
        }
        ended?.cancel()
        return ticket
    }

    /// Whether a call may go on waiting.
    func isCurrent(_ ticket: Ticket) -> Bool {
        state.withLock { Self.isCurrent(ticket, $0) } && !Task.isCancelled && Caller.current?.isGone != true
    }

    private static func isCurrent(_ ticket: Ticket, _ state: State) -> Bool {
        !state.isClosed && state.calls[ticket.session]?.contains(ticket.number) ?? false
    }

    /// Lets every call answer now, and every later one at once: the server is to end.
    func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.tasks.values.map { $0 }
        }
        for task in tasks { task.cancel() }
    }

    func end(_ ticket: Ticket) {
        state.withLock { state in
            state.tasks[ticket.number] = nil
            state.calls[ticket.session]?.removeAll { $0 == ticket.number }
            if state.calls[ticket.session]?.isEmpty == true { state.calls[ticket.session] = nil }
        }
    }

    /// Waits for `body`, which ends when it is cancelled: by the deadline, by a newer call, or because the caller has gone.
    func wait(
        _ ticket: Ticket,
        until deadline: ContinuousClock.Instant,
        _ body: @escaping @Sendable () async -> Void
    ) async {
        let work = Task { await body() }
        let alarm = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            work.cancel()
        }
        let isCurrent = state.withLock { state in
            state.tasks[ticket.number] = work
            return Self.isCurrent(ticket, state)
        }
        if !isCurrent { work.cancel() }
        await withTaskCancellationHandler {
            await (Caller.current ?? Caller()).watch(onLeaving: { work.cancel() }) { await work.value }
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
    }
}
