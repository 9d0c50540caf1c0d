/// A plan as the machine carries it out: steps that wait for each other instead of for the clock, in waves.
public struct RolloutPlan: Codable, Hashable, Sendable {
    /// What a step does.
    public enum Work: Codable, Hashable, Sendable {
        case move(vm: String, from: String, to: String)
        case update(host: String)
        case suspend(vm: String)
        case shutdown(vm: String)
        /// Resumes or boots a VM that the plan stopped.
        case start(vm: String, host: String, way: Consent.Way)
    }

    /// One step.
    public struct Step: Codable, Hashable, Sendable {
        public var work: Work
        /// When it was planned to start and to end, in seconds from the plan's start.
        public var start: Int
        public var end: Int
        /// The wave to which it belongs; one more than the last wave for what happens after all of them.
        public var wave: Int
        /// Positions of the steps that must be over before this one begins.
        public var after: [Int]
    }

    /// In the order in which they are planned to start.
    public var steps: [Step]
    /// Uuids of the hosts of each wave.
    public var waves: [[String]]
    /// Planned mixed state, and the bound below which no plan can go, in seconds.
    public var mixedSeconds: Int
    public var lowerBound: Int

    /// Whether these hosts are being updated at one moment of the plan.
    func hasTogether(_ hosts: [String]) -> Bool {
        let updates = steps.filter { if case .update(let host) = $0.work { hosts.contains(host) } else { false } }
        guard updates.count == hosts.count, let lastStart = updates.map(\.start).max() else { return false }
        return updates.allSatisfy { lastStart < $0.end }
    }
}

/// A question to the planner.
public struct PlanRequest: Hashable, Sendable {
    /// The pool as it is now.
    public var view: PoolView
    /// Uuids of the hosts that are still to be updated.
    public var hosts: [String]
    /// Uuids of the hosts that run the new version.
    public var updated: [String]
    /// Uuids of hosts that can take no VMs: failed, down or disabled.
    public var unusable: [String]
    public var spec: RunSpec
    /// Consents that hold now.
    public var consents: [Consent]
    /// What is left of the plan so far; kept where it still fits the pool.
    public var rest: RolloutPlan?
    /// Why it is asked.
    public var reason: String
    /// Whether it is only asked whether the rest fits; no new plan is wanted.
    public var isCheck = false
    /// Uuids of hosts in maintenance mode, which are updated like others and take no VMs.
    public var closed: [String] = []
    /// VMs that have to go back to where they were once the hosts are done, and where that is.
    public var homes: [String: String] = [:]

    /// Creates a question.
    public init(
        view: PoolView,
        hosts: [String],
        updated: [String],
        unusable: [String],
        spec: RunSpec,
        consents: [Consent],
        rest: RolloutPlan?,
        reason: String
    ) {
        self.view = view
        self.hosts = hosts
        self.updated = updated
        self.unusable = unusable
        self.spec = spec
        self.consents = consents
        self.rest = rest
        self.reason = reason
    }
}

/// The planner's answer.
public enum PlanAnswer: Codable, Hashable, Sendable {
    /// The rest of the plan still fits.
    case keep
    case new(RolloutPlan)
    /// There is no plan; the text says why, and the offers together are the cheapest way to make one possible.
    case impossible(String, offers: [Offer])
}
