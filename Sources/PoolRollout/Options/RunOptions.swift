public import Rollout

/// What an operator asks for, as it comes through a door: updates, hosts and VMs may be named by uuid, reference or name.
public struct RunOptions: Codable, Hashable, Sendable {
    /// The updates, by uuid, reference or name of their `pool_patch`, in the order in which they are applied.
    public var updates: [String]
    /// Who restarts the hosts.
    public var mode: RunSpec.Mode
    /// How the run is carried out. Its canary, too, may be named in any way.
    public var policy: RunPolicy
    /// Hosts that are left out.
    public var excluded: [String]
    /// Hosts in the order in which they are wanted; the master comes first in any case.
    public var order: [String]
    /// VMs that may be stopped, and how.
    public var consents: [String: Consent.Way]
    /// The fixes that the run may make, each agreed to by itself; nil where the policy says it for all.
    public var fixes: Set<Fix>?
    /// Hosts in maintenance mode that are updated as they are, by uuid, reference or name.
    public var maintained: [String]?
    /// Whether hosts are only restarted, with no update.
    public var restartsOnly: Bool
    /// Windows that come again; those of the policy are at given times. Nil, as in what was kept of before there were any, is none.
    public var recurringWindows: [RecurringWindow]?
    /// What was shown before the run was asked for, as ``RolloutService/revision(_:)`` gave it: a run is refused where that
    /// is not so any more. Nil where nothing was shown.
    public var expecting: String?

    /// The id that the run is to have; nil leaves it to the server. Asked for again, the run that has it is the answer.
    public var run: String?

    /// Options for a run, with the defaults of a run by hand.
    public init(
        updates: [String],
        mode: RunSpec.Mode = .automatic,
        policy: RunPolicy = RunPolicy(),
        excluded: [String] = [],
        order: [String] = [],
        consents: [String: Consent.Way] = [:],
        fixes: Set<Fix>? = nil,
        maintained: [String]? = nil,
        restartsOnly: Bool = false,
        expecting: String? = nil,
        run: String? = nil
    ) {
        self.updates = updates
        self.mode = mode
        self.policy = policy
        self.excluded = excluded
        self.order = order
        self.consents = consents
        self.fixes = fixes
        self.maintained = maintained
        self.restartsOnly = restartsOnly
        self.expecting = expecting
        self.run = run
    }
}
