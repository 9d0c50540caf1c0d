/// What a fleet run knows of one pool.
public struct PoolRecord: Codable, Hashable, Sendable {
    /// Where a pool stands; what belongs to a phase stands with it. Times are seconds since the epoch.
    public enum Phase: Codable, Hashable, Sendable {
        /// Its ring has not begun.
        case waiting
        /// It is looked at for the first time.
        case preparing
        /// It can not begin, and is looked at again.
        case held(Obstacle, since: Int64)
        /// It may begin.
        case ready
        /// It was decided to begin its run: from here nobody decides so again before it is known what came of it.
        case beginning(since: Int64)
        /// - Parameter silentSince: since when the pool has not answered.
        case running(run: String, silentSince: Int64?)
        /// Its run ended well, or every host had the update before.
        case done
        case failed(String)
        case skipped(String)
    }

    public let name: String
    /// The index of its ring.
    public let ring: Int
    public let isCanary: Bool
    public internal(set) var phase = Phase.waiting
    /// Its run; nil where none was begun.
    public internal(set) var run: String?
    /// How the run ended.
    public internal(set) var end: RunEnd?
    /// When it was begun and when it ended.
    public internal(set) var begun: Int64?
    public internal(set) var ended: Int64?
    /// Hosts that its run has given up, so far.
    public internal(set) var failedHosts = 0
    /// What its run waits for.
    public internal(set) var holds: [String] = []
    /// Whether it was seen to be well after it had soaked.
    public internal(set) var isWell = false
    /// Since when it has not answered after it had soaked.
    var uncheckedSince: Int64?
    /// Since when the pool has answered that it knows nothing of its run.
    var goneSince: Int64?

    init(name: String, ring: Int, isCanary: Bool) { (self.name, self.ring, self.isCanary) = (name, ring, isCanary) }

    /// Whether nothing is to be done with it any more.
    public var isSettled: Bool {
        switch phase {
        case .done, .failed, .skipped: true
        default: false
        }
    }

    /// Whether a run of ours goes on there, or may.
    public var isActive: Bool {
        switch phase {
        case .beginning, .running: true
        default: false
        }
    }

    public var isDone: Bool { phase == .done }

    public var hasFailed: Bool {
        if case .failed = phase { true } else { false }
    }
}

/// What a fleet run knows of one ring.
public struct RingRecord: Codable, Hashable, Sendable {
    /// Where a ring stands.
    public enum Phase: Codable, Hashable, Sendable {
        case waiting
        case awaitingApproval
        /// All its pools are looked at before any begins.
        case preparing
        case canaries
        /// Until when its canaries are left alone.
        case canarySoak(until: Int64)
        case canaryCheck
        /// Not every canary is as it should be: somebody has to say whether the others begin.
        case canaryHold
        case others
        case soak(until: Int64)
        case check
        case done
    }

    public let name: String
    public internal(set) var phase = Phase.waiting
    public internal(set) var isApproved = false
}

/// One line of what has happened.
public struct FleetEvent: Codable, Hashable, Sendable {
    /// Seconds since the epoch.
    public var at: Int64
    public var text: String
}
