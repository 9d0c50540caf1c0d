import Basics
import Dispatch
import Synchronization

/// Lines on their way to standard error, which may be a pipe that nobody reads for a while: a thread of its own waits for that, and
/// whoever has something to say goes on.
final class LogWriter: Sendable {
    /// Lines that may wait. What comes beyond them is counted only.
    private static let most = 10_000

    private struct State {
        var waiting = 0
        var lost = 0
    }

    private let queue = DispatchQueue(label: "log")
    private let state = Mutex(State())
    private let stream: @Sendable (String) -> Void

    /// - Parameter stream: where lines go; it may wait.
    init(
        to stream: @escaping @Sendable (String) -> Void = { line in
            // Where nobody reads the log the server goes on.
            try? StandardStream.error.write(line.utf8)
        }
    ) {
        self.stream = stream
    }

    /// Writes a line, in the order of the calls.
    func write(_ line: String) {
        let lost = state.withLock { state -> Int? in
            guard state.waiting < Self.most else {
                state.lost += 1
                return nil
            }
            state.waiting += 1
            defer { state.lost = 0 }
            return state.lost
        }
        guard let lost else { return }
        queue.async { [self] in
            if lost > 0 { stream("\(lost) lines of the log are lost: nobody read it fast enough.\n") }
            stream(line)
            state.withLock { $0.waiting -= 1 }
        }
    }

    /// Returns once all lines are out, or when they have been waited for long enough.
    func drain(within limit: DispatchTimeInterval = .seconds(2)) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let once = Once(continuation)
            queue.async { once.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + limit) { once.resume() }
        }
    }
}

/// A continuation that several may resume, of whom the first does.
private final class Once: Sendable {
    private let continuation: Mutex<CheckedContinuation<Void, Never>?>

    init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = Mutex(continuation) }

    func resume() {
        let continuation = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume()
    }
}
