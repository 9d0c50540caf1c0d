import PoolControl
import Rollout

/// A pool that says nothing for a while.
extension PoolPerformer {
    /// Does something again for as long as the pool as a whole is silent, as it is while its master restarts: each message
    /// may be asked again. Not longer than the run waits for an answer, or it might be done when nobody wants it any more.
    func persistently(
        _ action: Action,
        _ body: (Action) async throws(ControlError) -> Outcome
    ) async throws(ControlError) -> Outcome {
        let end = ContinuousClock.now + .seconds(spec.policy.limits.call * 2 / 3)
        var pause = Duration.milliseconds(500)
        while true {
            do throws(ControlError) {
                return try await body(action)
            } catch {
                guard case .silent = error, action.isWorthRepeating, ContinuousClock.now + pause < end,
                    (try? await Task.sleep(for: pause)) != nil
                else { throw error }
                pause = min(pause * 2, .seconds(5))
            }
        }
    }
}

extension Action {
    /// Whether it is asked again while the pool is silent. A restart that nothing is heard of is probably under way, and looks
    /// are repeated by the run itself.
    fileprivate var isWorthRepeating: Bool {
        switch self {
        case .restartHost, .restartAgent, .inspect, .check, .plan, .abort: false
        default: true
        }
    }
}
