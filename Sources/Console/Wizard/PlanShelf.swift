import Foundation
import PoolRollout
import XenAPI

/// Plans that were made for pages, which for large pools takes seconds. A plan is made again once it is a while old.
actor PlanShelf {
    private struct Kept {
        let plan: RunPlan
        let made: ContinuousClock.Instant
    }

    private let rollouts: RolloutService
    private var kept: [RunOptions: Kept] = [:]
    private let freshness = Duration.seconds(10)

    init(_ rollouts: RolloutService) { self.rollouts = rollouts }

    func plan(_ options: RunOptions) async throws(APIError) -> RunPlan {
        let now = ContinuousClock.now
        if let kept = kept[options], now - kept.made < freshness { return kept.plan }
        let plan = try await rollouts.plan(options)
        if kept.count > 32 { kept = [:] }
        kept[options] = Kept(plan: plan, made: .now)
        return plan
    }
}
