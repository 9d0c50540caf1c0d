import Dispatch
import Synchronization

/// Works passwords out, one at a time, on a thread beside the ones that serve calls.
///
/// Each user at each address has a turn in a round, so that a thousand wrong passwords delay those who gave them and
/// nobody else. Where somebody has signed in before comes first. Whoever hangs up is passed over.
public final class PasswordLane: Sendable {
    /// Too many passwords of one user wait from one address already.
    public struct Busy: Error {}

    /// Whose turn it is: a user's, from an address. All names that nobody has share one.
    struct Turn: Hashable, Sendable {
        let address: String
        /// Nil for a name that nobody has.
        let user: String?
    }

    /// So many passwords may wait for one turn.
    static let mostWaiting = 32
    /// So many turns are remembered as preferred; the oldest is forgotten.
    private static let mostPreferred = 1_000

    private struct Job: Sendable {
        let isWanted: @Sendable () -> Bool
        /// Works the password out, or with false lets its caller go without.
        let finish: @Sendable (Bool) -> Void
    }

    private struct State {
        var waiting: [Turn: [Job]] = [:]
        /// Those who wait, in the order of their turns.
        var order: [Turn] = []
        var preferred: [Turn] = []
        var isWorking = false
        /// How many have had their turn.
        var taken = 0
    }

    private let queue = DispatchQueue(label: "passwords")
    private let state = Mutex(State())

    /// How many wait now.
    var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    /// Runs work when it is its turn.
    ///
    /// - Returns: what comes of it; nil where nobody wanted it any more.
    func run<Result: Sendable>(
        _ turn: Turn,
        isWanted: @escaping @Sendable () -> Bool = { true },
        _ work: @escaping @Sendable () -> Result
    ) async throws(Busy) -> Result? {
        let result: Swift.Result<Result?, Busy> = await withCheckedContinuation { continuation in
            let job = Job(isWanted: isWanted) { isOn in
                continuation.resume(returning: .success(isOn ? work() : nil))
            }
            let (isTaken, dropped) = enqueue(job, turn)
            for job in dropped { job.finish(false) }
            if isTaken { next() } else { continuation.resume(returning: .failure(Busy())) }
        }
        return try result.get()
    }

    /// Has a user's passwords from an address come first from now on.
    func prefer(_ turn: Turn) {
        state.withLock { state in
            guard state.preferred.last != turn else { return }
            state.preferred.removeAll { $0 == turn }
            state.preferred.append(turn)
            if state.preferred.count > Self.mostPreferred { state.preferred.removeFirst() }
        }
    }

    /// - Returns: whether there was room, and the jobs of the same turn that nobody wants any more.
    private func enqueue(_ job: Job, _ turn: Turn) -> (isTaken: Bool, dropped: [Job]) {
        state.withLock { state in
            let before = state.waiting[turn] ?? []
            // Asked once of each: who is passed over here must not be let go a second time.
            let wanted = before.map { $0.isWanted() }
            let dropped = zip(before, wanted).filter { !$0.1 }.map(\.0)
            var jobs = zip(before, wanted).filter { $0.1 }.map(\.0)
            let isTaken = jobs.count < Self.mostWaiting
            if isTaken { jobs.append(job) }
            if before.isEmpty { state.order.append(turn) }
            state.waiting[turn] = jobs
            return (isTaken, dropped)
        }
    }

    /// Begins the next job, unless one is at work: that one goes on with the next.
    private func next() {
        let job = state.withLock { state -> Job? in
            guard !state.isWorking, let job = Self.take(&state) else { return nil }
            state.isWorking = true
            return job
        }
        guard let job else { return }
        queue.async { [self] in
            job.finish(job.isWanted())
            state.withLock { $0.isWorking = false }
            next()
        }
    }

    /// The first job of the turn that is next: a preferred one where there is any, but for every third.
    private static func take(_ state: inout State) -> Job? {
        guard let first = state.order.first else { return nil }
        state.taken &+= 1
        let preferred = Set(state.preferred)
        let turn = state.taken.isMultiple(of: 3) ? first : state.order.first { preferred.contains($0) } ?? first
        state.order.removeAll { $0 == turn }
        guard var jobs = state.waiting[turn], !jobs.isEmpty else { return nil }
        let job = jobs.removeFirst()
        state.waiting[turn] = jobs.isEmpty ? nil : jobs
        if !jobs.isEmpty { state.order.append(turn) }
        return job
    }
}
