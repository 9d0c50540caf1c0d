import Dispatch

/// Runs an actor on a thread of its own, where it may wait for a disk or another call that blocks.
///
/// The threads of the cooperative pool are as many as there are cores: one `fsync` on each of them would stop everything.
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: for debuggers.
    public init(label: String) { queue = DispatchQueue(label: label) }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
