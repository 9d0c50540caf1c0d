import Logging
import PoolRollout
import Rollout
import Synchronization

/// Tells the log what runs tell of themselves: each event once. Of a run that is taken over, what an earlier server has told is not
/// told again.
final class RunActivity: Sendable {
    private struct State {
        /// How many events of each run are told.
        var told: [String: Int] = [:]
        var stuck: Set<String> = []
    }

    private let activity: Activity
    private let state = Mutex(State())

    init(_ activity: Activity) { self.activity = activity }

    /// Tells what is new of a run.
    func tell(_ run: RunSnapshot) {
        let machine = run.machine
        guard let id = machine.spec?.run else { return }
        let events = machine.events
        let (start, isNewlyStuck) = state.withLock { state in
            let start = state.told[id] ?? events.lastIndex { $0.kind == .controller } ?? 0
            state.told[id] = events.count
            return (start, run.failure != nil && state.stuck.insert(id).inserted)
        }
        let last = machine.stage.isEnded ? events.lastIndex { $0.kind == .run } : nil
        for index in events.indices.dropFirst(start) {
            let event = events[index]
            let (name, level) = index == last ? (Happening.runEnded, .notice) : event.happening(isFirst: index == 0)
            var facts = ["run": id, "user": index == 0 ? machine.spec?.startedBy ?? "" : ""]
            facts["host"] = event.host.map { host in machine.hosts.first { $0.id == host }?.name ?? host } ?? ""
            facts["vm"] = event.vm ?? ""
            activity.tell(name, level, event.text, facts)
        }
        if isNewlyStuck, let failure = run.failure {
            activity.tell(.runStuck, .error, "Run \(id) goes no further. \(failure)", ["run": id])
        }
    }
}

extension RunEvent {
    fileprivate func happening(isFirst: Bool) -> (Happening, Logger.Level) {
        switch kind {
        case .run: isFirst ? (.runBegun, .notice) : (.runNews, .info)
        case .word: (.runWord, .notice)
        case .precheck: (.runPrecheck, .info)
        case .obligation: (.runObligation, .info)
        case .plan: (.runPlan, .info)
        case .move: (.runMove, .info)
        case .host: (.runHost, .info)
        case .gate: (.runGate, .info)
        case .hold: (.runHeld, .warning)
        case .deviation: (.runDeviation, .warning)
        case .controller: (.runTakenOver, .notice)
        case .vmStopped: (.runVMStopped, .notice)
        case .vmStarted: (.runVMStarted, .notice)
        case .vmLost: (.runVMLost, .warning)
        }
    }
}
