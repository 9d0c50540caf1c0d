/// What an operator asked for: the first input of a run.
public struct RunSpec: Codable, Hashable, Sendable {
    /// Who restarts the hosts.
    public enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
        /// The run, in waves as planned.
        case automatic
        /// The operator. The run applies, and verifies each host after its restart.
        case manual
    }

    /// The run's own id.
    public var run: String
    /// Who started it.
    public var startedBy: String
    /// What is installed, in this order; all share one restart of each host. Empty where hosts are only restarted.
    public var updates: [UpdateFacts]
    /// Uuids of the hosts that are left out.
    public var excluded: [String]
    /// Uuids of hosts in the order in which they are wanted; the master comes first in any case.
    public var order: [String]
    public var mode: Mode
    public var policy: RunPolicy
    /// VMs that may be stopped.
    public var consents: [Consent]
    /// The fixes that the run may make, each agreed to by itself; nil where ``RunPolicy/fixesProblems`` says it for all.
    public var fixes: Set<Fix>?
    /// Uuids of hosts in maintenance mode that are updated as they are: nothing is placed on them, and they stay
    /// disabled. Nil in journals of before this could be said.
    public var maintained: [String]?
    /// Whether hosts are only restarted, and nothing is installed. Nil in journals of before that could be asked for.
    public var restartsOnly: Bool?
    /// Which of the machine's ways the run goes where they have changed: it ends as it began, whatever program carries it on,
    /// and its journal is replayed as it was written. Nil in journals of before there was a second way.
    public var generation: Int?

    /// The ways of runs that begin now: since 1, a run looks at the pool once more however it ends, and compares its first
    /// looks with each other; since 2, a host that has come into the pool meanwhile and lacks the update is seen at the end.
    public static let newestGeneration = 2

    /// Creates a specification.
    public init(
        run: String,
        startedBy: String,
        updates: [UpdateFacts],
        excluded: [String] = [],
        order: [String] = [],
        mode: Mode = .automatic,
        policy: RunPolicy = RunPolicy(),
        consents: [Consent] = [],
        fixes: Set<Fix>? = nil,
        maintained: [String]? = nil,
        restartsOnly: Bool? = nil
    ) {
        self.run = run
        self.startedBy = startedBy
        self.updates = updates
        self.excluded = excluded
        self.order = order
        self.mode = mode
        self.policy = policy
        self.consents = consents
        self.fixes = fixes
        self.maintained = maintained
        self.restartsOnly = restartsOnly
        generation = Self.newestGeneration
    }

    /// Whether the run may make a fix without being asked again.
    public func allows(_ fix: Fix) -> Bool {
        if case .keepDisabled(let host) = fix, maintained?.contains(host) ?? false { return true }
        return fixes?.contains(fix) ?? (policy.fixesProblems && fix.isRoutine)
    }

    /// Whether a problem keeps the run from beginning: it is blocking, and nobody has agreed to a fix of it.
    public func isBlocked(by problem: Problem) -> Bool {
        problem.severity == .blocking && !(problem.fix.map(allows) ?? false)
    }

    /// What all updates together ask of a host, or the operator asks of it without any.
    public var restart: Restart { purpose == .restart ? .host : Restart(for: updates) }

    /// Guidance that no run knows how to follow, one sentence for each.
    public var unknownGuidance: [String] {
        updates.flatMap { update in
            update.guidance.filter { !$0.isKnown }.map { word in
                "\(update.label) asks for '\(word.rawValue)' once it is applied, which this program does not know: see the "
                    + "update's article, and do it by hand."
            }
        }
    }

    /// Whether the updates ask for this VM to be restarted. The restart of the hosts absorbs that: every VM then comes to
    /// an updated host as a new domain with a new device model.
    public func restarts(_ vm: VMView) -> Bool {
        guard restart != .host else { return false }
        return updates.contains { $0.guidance.contains(vm.isHVM ? .restartHVM : .restartPV) }
    }
}

/// One update, as far as a run needs to know it.
public struct UpdateFacts: Codable, Hashable, Sendable {
    public var uuid: String
    /// Its name, such as `XS602ECC031`.
    public var label: String
    /// Digest of the package file, in hex: with the uuid, its identity.
    public var sha256: String
    public var guidance: [Guidance]
    /// RPM versions (`version-release`) by package name that the package promises.
    public var packages: [String: String]
    /// Bytes that the package needs on a host's disk.
    public var installationSize: Int64
    /// When the update could first be installed here, in seconds since the epoch: from then on hosts without it count as
    /// exposed. Nil where nobody knows.
    public var published: Int64?
    /// Whether its pool takes it on all hosts or on none; nil in journals of before this was asked.
    public var isForAllHosts: Bool?

    /// Creates the facts of one update.
    public init(
        uuid: String,
        label: String,
        sha256: String,
        guidance: [Guidance],
        packages: [String: String] = [:],
        installationSize: Int64 = 0,
        published: Int64? = nil
    ) {
        self.uuid = uuid
        self.label = label
        self.sha256 = sha256
        self.guidance = guidance
        self.packages = packages
        self.installationSize = installationSize
        self.published = published
    }
}
