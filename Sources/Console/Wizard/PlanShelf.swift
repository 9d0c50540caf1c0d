import Foundation
import PoolRollout
import XenAPI

/// Plans that were made for pages. For a large pool one takes seconds: a page does not wait for it, and is told by the
/// bell when it is there. A plan is made again once it is a while old, and shown until the new one is there.
actor PlanShelf {
    private struct Kept {
        let plan: Result<RunPlan, APIError>
        let made: ContinuousClock.Instant
        /// For so long it counts as new: one that takes long is made more seldom.
        let freshness: Duration
    }

    private let rollouts: RolloutService
    private let bell: Bell
    private var kept: [RunOptions: Kept] = [:]
    private var making: Set<RunOptions> = []

    /// A plan that is made in this time is waited for: most are.
    private static let patience = Duration.milliseconds(400)
    private static let freshness = Duration.seconds(10)

    init(_ rollouts: RolloutService, bell: Bell) { (self.rollouts, self.bell) = (rollouts, bell) }

    /// The plan; nil while it is being made.
    func plan(_ options: RunOptions) async throws(APIError) -> RunPlan? {
        let now = ContinuousClock.now
        if let kept = kept[options] {
            if now - kept.made > kept.freshness { make(options) }
            return try kept.plan.get()
        }
        make(options)
        while kept[options] == nil, ContinuousClock.now - now < Self.patience, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return try kept[options]?.plan.get()
    }

    /// Has every plan made anew, because the pool has turned out to be another one.
    func forget() { kept = [:] }

    private func make(_ options: RunOptions) {
        guard making.insert(options).inserted else { return }
        Task {
            let begun = ContinuousClock.now
            let plan: Result<RunPlan, APIError>
            do throws(APIError) { plan = .success(try await rollouts.plan(options)) } catch { plan = .failure(error) }
            let made = ContinuousClock.now
            if kept.count > 32 { kept = [:] }
            kept[options] = Kept(plan: plan, made: made, freshness: max(Self.freshness, (made - begun) * 5))
            making.remove(options)
            bell.ring()
        }
    }
}
