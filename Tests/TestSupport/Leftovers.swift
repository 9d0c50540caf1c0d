import Foundation
import Synchronization

/// What must be gone when the tests end, also where a test's own clean-up does not come to it: suites share servers, and
/// nobody is the last to use one.
enum Leftovers {
    private struct State {
        var processes: Set<Int32> = []
        var directories: Set<String> = []
        var isRegistered = false
    }

    private static let state = Mutex(State())

    static func add(process: Int32) { change { $0.processes.insert(process) } }

    static func remove(process: Int32) { change { $0.processes.remove(process) } }

    static func add(directory: String) { change { $0.directories.insert(directory) } }

    static func remove(directory: String) { change { $0.directories.remove(directory) } }

    private static func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            guard !state.isRegistered else { return }
            state.isRegistered = true
            atexit { Leftovers.sweep() }
        }
    }

    private static func sweep() {
        let left = state.withLock { ($0.processes, $0.directories) }
        for process in left.0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        for directory in left.1 { try? FileManager.default.removeItem(atPath: directory) }
    }
}
