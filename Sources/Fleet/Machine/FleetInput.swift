/// What a fleet run is told. Times are seconds since the epoch, and are part of what is told: the machine has no clock.
public enum FleetInput: Codable, Hashable, Sendable {
    /// The first one.
    case start(FleetSpec, at: Int64)
    /// The time, and the rings whose windows are open. Whatever is decided is decided here.
    case time(Int64, open: Set<String>)
    /// What came of an effect.
    case outcome(pool: String, FleetOutcome, at: Int64)
    /// An operator's word; they are numbered from 1, and each is heard once.
    case word(FleetWord, number: Int, by: String, at: Int64)

    /// When it was told.
    public var at: Int64 {
        switch self {
        case .start(_, let at), .time(let at, _), .outcome(_, _, let at), .word(_, _, _, let at): at
        }
    }
}

/// What an operator says to a fleet run.
public enum FleetWord: Codable, Hashable, Sendable {
    /// Begin nothing new; pools that have begun go on.
    case pause
    case resume
    /// Begin nothing any more, and end once the pools that have begun are done.
    case cancel
    case skipPool(String)
    /// Leave out those pools of the ring that have not begun.
    case skipRing(String)
    /// Let a ring begin, or go on past its canaries.
    case approve(ring: String)
}

/// What came of an effect.
public enum FleetOutcome: Codable, Hashable, Sendable {
    case prepared(Preparation)
    case begun(Beginning)
    case seen(RunLook)
    case checked(Health)
}

/// Whether a pool's run can begin.
public enum Preparation: Codable, Hashable, Sendable {
    /// It can.
    case ready
    /// Every host has the update.
    case hasIt
    case obstacle(Obstacle)
}

/// Why a pool's run can not begin.
public struct Obstacle: Codable, Hashable, Sendable {
    /// What policies speak of.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case running, unreachable, lacking, prechecks
        /// It is another pool than it was, or lets us not in: waiting will not change that.
        case refused
    }

    public var kind: Kind
    /// One sentence or several.
    public var text: String

    /// Creates an obstacle.
    public init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
}

/// What came of beginning a pool's run, or of finding out whether it was begun.
public enum Beginning: Codable, Hashable, Sendable {
    case run(String)
    /// It surely was not begun.
    case obstacle(Obstacle)
    /// No run of ours is seen there.
    case none
    /// Nobody can say yet.
    case unknown(String)
}

/// How a pool's run stands.
public enum RunLook: Codable, Hashable, Sendable {
    /// - Parameter holds: what it waits for, in sentences.
    case going(failedHosts: Int, holds: [String])
    case ended(RunEnd)
    /// The pool does not answer.
    case silent(String)
    /// The pool knows no such run.
    case gone
}

/// How a pool's run ended, as the pool says.
public struct RunEnd: Codable, Hashable, Sendable {
    /// XenAPI's word: `succeeded`, `nothingToDo`, `partly` and so on.
    public var ending: String
    public var doneHosts: Int
    public var failedHosts: Int
    /// Things that it switched off and still owes.
    public var owed: Int
    /// The digest of its journal's newest record: with it the pool's own report can be proved.
    public var head: String
    /// In one sentence.
    public var text: String

    /// Creates an end.
    public init(ending: String, doneHosts: Int, failedHosts: Int = 0, owed: Int = 0, head: String, text: String) {
        (self.ending, self.doneHosts, self.failedHosts) = (ending, doneHosts, failedHosts)
        (self.owed, self.head, self.text) = (owed, head, text)
    }

    /// Whether the pool is as it was wanted.
    public var isGood: Bool { (ending == "succeeded" || ending == "nothingToDo") && failedHosts == 0 && owed == 0 }
}

/// How a pool is after it has soaked.
public enum Health: Codable, Hashable, Sendable {
    case well
    case unwell(String)
    case silent(String)
}

/// What a fleet run wants done. Each may be asked for again: whoever does it looks first.
public enum FleetEffect: Hashable, Sendable {
    /// Reach the pool, compare it with what it was, bring the package there, and ask its prechecks.
    case prepare(pool: String)
    /// Begin the pool's run, unless that was done already.
    case begin(pool: String)
    /// Find out whether it was begun, and begin nothing.
    case settle(pool: String)
    /// Look at the pool's run.
    case watch(pool: String, run: String)
    /// See whether a pool that has soaked is well.
    case check(pool: String)

    /// The pool that it is about.
    public var pool: String {
        switch self {
        case .prepare(let pool), .begin(let pool), .settle(let pool), .watch(let pool, _), .check(let pool): pool
        }
    }
}
