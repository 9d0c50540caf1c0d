import Synchronization

/// Keeps the latest changes, and tells those who wait of the ones that they asked for.
///
/// A waiter costs one continuation. It is not woken by changes that it did not ask for.
final class ChangeFeed: Sendable {
    private struct Waiter {
        let interest: Interest
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var log = ChangeLog()
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// Forgets everything up to a generation: where a loaded database begins.
    func begin(at generation: Int64) {
        state.withLock { $0.log = ChangeLog(from: generation) }
    }

    /// Writes down the changes of one generation. Nobody is woken yet: the pool that shows them comes first.
    func record(_ changes: [Change], at generation: Int64) {
        state.withLock { $0.log.append(changes, at: generation) }
    }

    /// Wakes those who wait for any of these changes.
    func wake(for changes: [Change]) {
        let woken = state.withLock { state in
            let woken = state.waiters.filter { _, waiter in changes.contains(where: waiter.interest.contains) }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// What happened after a generation, oldest first; nil where that is so long ago that some of it is forgotten.
    func changes(after generation: Int64) -> ArraySlice<Change>? {
        state.withLock { $0.log.changes(after: generation) }
    }

    /// Returns once something of interest has happened after generation `known`, or when the task is cancelled.
    func wait(after known: Int64, for interest: Interest) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    guard state.cancelled.remove(id) == nil, let news = state.log.changes(after: known),
                        !news.contains(where: interest.contains)
                    else { return true }
                    state.waiters[id] = Waiter(interest: interest, continuation: continuation)
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                // Cancelled before it began to wait: leave word, so that it does not wait for ever.
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.continuation.resume()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
