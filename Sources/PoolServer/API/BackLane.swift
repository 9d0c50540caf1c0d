import Dispatch
import XenAPI

/// One thread beside those that serve calls, for answers that keep a processor busy: queries, and the first answer of
/// `event.from`. However many ask for such at once, everybody else goes on being served.
final class BackLane: TaskExecutor {
    private let queue = DispatchQueue(label: "long-answers")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    /// Whether the answer to a call is worked out here.
    static func isFor(_ call: MethodCall) -> Bool {
        if call.name.hasSuffix(".get_all_records_where") { return true }
        // With an empty token every object is told of.
        return (call.name == "event.from" || call.name == "event_from") && call.parameters.count > 2
            && call.parameters[2] == .string("")
    }
}
