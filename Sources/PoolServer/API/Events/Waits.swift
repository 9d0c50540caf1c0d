import Synchronization
import XenAPI

/// The calls that wait for events. A session has one at a time: a newer one ends the one before, which answers at once.
/// So a client that lost its connection and asks again leaves nothing behind.
final class Waits: Sendable {
    /// One call's place.
    struct Ticket: Sendable {
        let session: Ref
        let number: Int
    }

    private struct State {
        var latest: [Ref: Int] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.tasks.count } }

    func begin(_ session: Ref) -> Ticket {
        let (ticket, former) = state.withLock { state in
            state.next += 1
            let former = state.latest.updateValue(state.next, forKey: session)
            return (Ticket(session: session, number: state.next), former.flatMap { state.tasks[$0] })
        }
        former?.cancel()
        return ticket
    }

    func isCurrent(_ ticket: Ticket) -> Bool {
        state.withLock { $0.latest[ticket.session] == ticket.number } && !Task.isCancelled
    }

    func end(_ ticket: Ticket) {
        state.withLock { state in
            state.tasks[ticket.number] = nil
            if state.latest[ticket.session] == ticket.number { state.latest[ticket.session] = nil }
        }
    }

    /// Waits for `body`, which ends when it is cancelled: by the deadline, by a newer call, or with the caller.
    func wait(_ ticket: Ticket, until deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async -> Void)
        async
    {
        let work = Task { await body() }
        let alarm = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            work.cancel()
        }
        let isCurrent = state.withLock { state in
            state.tasks[ticket.number] = work
            return state.latest[ticket.session] == ticket.number
        }
        if !isCurrent { work.cancel() }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
    }
}
