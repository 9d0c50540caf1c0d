import Synchronization

/// Waits for all doors of a server to open before it says that the server takes calls.
final class Opening: Sendable {
    private let state: Mutex<(closed: Int, port: Int)>
    private let onReady: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - doors: how many there are.
    ///   - onReady: called with the main door's port when the last one opens.
    init(doors: Int, onReady: @escaping @Sendable (Int) -> Void) {
        state = Mutex((doors, 0))
        self.onReady = onReady
    }

    /// Takes note that one more is open.
    ///
    /// - Parameter port: where, if it is the main door.
    func opened(port: Int? = nil) {
        let ready = state.withLock { state in
            state.closed -= 1
            state.port = port ?? state.port
            return state.closed == 0 ? state.port : nil
        }
        if let ready { onReady(ready) }
    }
}
