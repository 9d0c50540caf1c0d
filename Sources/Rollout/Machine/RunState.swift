/// What a run is at.
public enum Stage: Hashable, Sendable {
    case idle
    case surveying, fixing, applyingEverywhere, barrier, rolling, finishing, settling
    case ended(Ending)

    /// Whether nothing more happens by itself.
    public var isEnded: Bool {
        if case .ended = self { return true }
        return false
    }
}

/// How a run came to its end.
public enum Ending: String, Codable, Hashable, Sendable {
    /// Every host that was asked for runs the update, as observed.
    case succeeded
    /// Some hosts failed or were skipped.
    case partly
    /// Ended early by an operator, or by the deadline.
    case stopped, cancelled
    /// Every host had the update before.
    case nothingToDo
    /// The run could not begin.
    case refused

    /// For sentences: "The run ends: …".
    public var words: String {
        switch self {
        case .succeeded: "succeeded"
        case .partly: "partly done"
        case .stopped: "stopped early"
        case .cancelled: "cancelled"
        case .nothingToDo: "nothing was to be done"
        case .refused: "refused"
        }
    }
}

/// Why nothing new is begun. An operator's word takes it away.
public struct Hold: Codable, Hashable, Sendable {
    /// What the hold is about.
    public enum Subject: Codable, Hashable, Sendable {
        case prechecks, fix, plan, gate, pool, barrier, consent
        case host(String)
        case move(vm: String)
    }

    public var subject: Subject
    /// One sentence: what happened, and what to do.
    public var reason: String
    /// Since when, in seconds since the epoch.
    public var since: Int64
}

/// Something worth telling, for the evidence.
public struct RunEvent: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
        case run, word, precheck, obligation, plan, move, host, gate, hold, deviation, controller, vmStopped, vmStarted
        /// A VM was found not to run any more, although the run has not stopped it.
        case vmLost
    }

    /// Seconds since the epoch.
    public var at: Int64
    public var kind: Kind
    public var host: String?
    public var vm: String?
    public var text: String
}

/// Between two waves, and inside one.
enum Boundary: Hashable, Sendable {
    case soaking(until: Int64)
    case gating(next: Int)
    /// Looks at the pool, then asks the planner.
    case looking(String)
    case asking(String)
    /// Waits for a maintenance window.
    case waiting
    case open
    /// The plan no longer fits: what has begun ends first.
    case stale(String)
}

/// A plan under way.
struct ActivePlan: Hashable, Sendable {
    var plan: RolloutPlan
    var wave = 0
    /// By position in the plan.
    var isDone: [Bool]
    /// Steps that were done when the pool was last looked at.
    var isSeen: [Bool]
    var attempts: [Int]
    var notBefore: [Int64]
    /// Whether a host was given up for which it moves VMs: what is left of it serves nobody.
    var isOutdated = false

    init(_ plan: RolloutPlan) {
        self.plan = plan
        isDone = Array(repeating: false, count: plan.steps.count)
        isSeen = isDone
        attempts = Array(repeating: 0, count: plan.steps.count)
        notBefore = Array(repeating: 0, count: plan.steps.count)
    }

    var hasRest: Bool { isDone.contains(false) }

    /// The lowest wave with something left to do.
    var nextWave: Int { plan.steps.indices.lazy.filter { !isDone[$0] }.map { plan.steps[$0].wave }.min() ?? wave }

    /// The lowest wave with something left to do that is not open yet.
    var laterWave: Int? {
        plan.steps.indices.lazy.filter { !isDone[$0] && plan.steps[$0].wave > wave }.map { plan.steps[$0].wave }.min()
    }

    /// Positions of the open waves' steps that are left.
    var current: [Int] { plan.steps.indices.filter { !isDone[$0] && plan.steps[$0].wave <= wave } }

    /// Positions of one wave's steps that are left.
    func steps(of wave: Int) -> [Int] { plan.steps.indices.filter { !isDone[$0] && plan.steps[$0].wave == wave } }

    /// The step that updates a host, where it is left.
    func update(of host: String) -> Int? {
        plan.steps.indices.first { !isDone[$0] && plan.steps[$0].work == .update(host: host) }
    }

    func isReady(_ step: Int) -> Bool { plan.steps[step].after.allSatisfy { isDone[$0] } }

    /// Whether a step is ready, and the pool was looked at since the hosts came back for which it waited.
    func isSeen(_ step: Int) -> Bool {
        plan.steps[step].after.allSatisfy { earlier in
            guard case .update = plan.steps[earlier].work else { return isDone[earlier] }
            return isDone[earlier] && isSeen[earlier]
        }
    }

    mutating func finish(updateOf host: String) {
        for index in plan.steps.indices where plan.steps[index].work == .update(host: host) { isDone[index] = true }
    }

    /// What is left, as a plan of its own.
    var rest: RolloutPlan {
        var renumbered: [Int: Int] = [:]
        for index in plan.steps.indices where !isDone[index] { renumbered[index] = renumbered.count }
        let first = plan.steps.indices.first { !isDone[$0] }.map { plan.steps[$0].start } ?? 0
        var rest = plan
        rest.steps = renumbered.keys.sorted().map { index in
            var step = plan.steps[index]
            step.after = step.after.compactMap { renumbered[$0] }
            step.start -= first
            step.end -= first
            return step
        }
        return rest
    }
}

/// An effect whose outcome is awaited.
struct InFlight: Hashable, Sendable {
    var id: OperationID
    var action: Action
    /// The plan's step that it carries out.
    var step: Int?
    /// By the run's own clock.
    var deadline: Int64
    /// Seconds since the epoch.
    var begun: Int64
    var isAborting = false
}

/// Why no further host is begun, for good.
enum Stopping: Hashable, Sendable {
    case afterHost, cancelled, deadline
}
