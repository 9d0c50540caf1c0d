/// Where a host stands in a run.
public enum HostPhase: String, Codable, Hashable, Sendable, CaseIterable {
    /// Not begun.
    case pending
    // Not changed yet: from here a host goes back into service unchanged.
    case checking, disabling, emptying, prechecking
    // Changed: from here a host is carried on until it is back.
    case applying, clearing, restarting, returning, plugging, verifying, enabling, confirming
    /// Goes back into service unchanged.
    case backingOut
    /// Applied, and waiting for the barrier.
    case applied
    /// Applied, and waiting for the operator's restart.
    case awaitingOperator
    case done, skipped, failed

    /// Whether the run has nothing more to do with the host.
    public var isSettled: Bool { self == .done || self == .skipped || self == .failed }
    /// Whether something is under way on the host.
    public var isActive: Bool { !isSettled && self != .pending && self != .applied && self != .awaitingOperator }
    /// Whether the plan counts it as being updated: from the package's precheck until it is back in service.
    var isUpdating: Bool { isActive && ![.checking, .disabling, .emptying, .backingOut].contains(self) }
    /// Whether the host may be down.
    var isDown: Bool { self == .restarting || self == .returning }
}

/// What a run knows of one host.
public struct HostRecord: Hashable, Sendable {
    public let id: String
    public let name: String
    /// As of the last look: a pool may get another master in the middle of a run.
    public internal(set) var isMaster: Bool
    public internal(set) var phase = HostPhase.pending
    /// When it entered the phase, in seconds since the epoch.
    public internal(set) var since: Int64 = 0
    var datedPhase: HostPhase?
    /// Why it failed or was skipped.
    public internal(set) var reason: String?
    /// The phase in which it failed.
    public internal(set) var failedIn: HostPhase?
    /// Uuids of the run's updates that are applied on it.
    public internal(set) var applied: [String] = []
    /// Whether the run has begun to apply something to it.
    public internal(set) var isTouched = false
    /// Whether it runs the new version, as observed.
    public internal(set) var isNew = false
    public internal(set) var isApproved = false
    /// Whether it was found in maintenance mode, and is updated as it is: it takes no VMs, and stays disabled.
    public internal(set) var isMaintained = false
    /// When it was begun and when it was back, in seconds since the epoch.
    public internal(set) var begun: Int64?
    /// When the run began to change it: with the first update applied, or with the restart where all were applied before.
    public internal(set) var changed: Int64?
    public internal(set) var ended: Int64?
    public internal(set) var versionBefore: [String: String] = [:]
    public internal(set) var versionAfter: [String: String] = [:]
    public internal(set) var packagesBefore: [String: String] = [:]
    public internal(set) var packagesAfter: [String: String] = [:]
    public internal(set) var bootBefore = ""
    public internal(set) var bootAfter = ""
    var agentBefore: Int64 = 0
    /// The restart that it needs by the pool's own word, once everything is applied; nil where the updates' word counts.
    public internal(set) var restart: Restart?
    /// What it still asked for when it was verified, by the pool's own word.
    public internal(set) var owed: [Guidance] = []
    /// The boot for which it was last sent to be verified again.
    var bootDoubted: String?
    /// Where it goes once it is back in service.
    var afterBackingOut = HostPhase.pending
    /// Limits and polls, in seconds of the run's own clock.
    var deadline: Int64 = 0
    var nextLook: Int64 = 0
    var attempts = 0
    /// How often it lost, before it was in service, what it had been seen to have after its restart.
    var setbacks = 0

    /// Whether nobody has seen what it runs since the run began to change it: nothing may come to it from a newer host, nor
    /// leave it for an older one.
    var isDoubtful: Bool { isTouched && !isNew && (phase == .failed || phase == .skipped) }

    init(_ view: HostView) {
        id = view.id
        name = view.name
        isMaster = view.isMaster
    }
}
