public import XenAPI
import Synchronization

/// One change of one object, as events report it.
public struct Change: Sendable {
    /// What happened to the object.
    public enum Operation: String, Sendable {
        case add
        case modify = "mod"
        case delete = "del"
    }

    /// The generation in which it happened.
    public let generation: Int64
    /// The object's class.
    public let table: String
    /// The object.
    public let ref: Ref
    /// What happened.
    public let operation: Operation
}

/// Tells those who wait that the pool has changed. A waiter costs one continuation, nothing more.
final class ChangeFeed: Sendable {
    private struct State {
        var generation: Int64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// Wakes all who wait for a generation later than the one they know.
    func publish(_ generation: Int64) {
        let woken = state.withLock { state in
            state.generation = generation
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in woken { waiter.resume() }
    }

    /// Returns once there is a generation later than `known`, or when the task is cancelled.
    func wait(after known: Int64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    guard state.generation <= known, state.cancelled.remove(id) == nil else { return true }
                    state.waiters[id] = continuation
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
            waiter?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
