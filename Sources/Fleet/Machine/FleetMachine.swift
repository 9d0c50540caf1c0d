/// A fleet run: what was asked, where each ring and pool stands, and what is to be done next.
///
/// It is a value without clock, disk or network. ``handle(_:)`` takes what happened; ``effects`` are read off the state, so that
/// whoever carries the run out after another one wants exactly the same. The same inputs always lead to the same state: the journal
/// holds inputs, and nothing else.
public struct FleetMachine: Hashable, Sendable {
    /// Whether it goes on.
    public enum Stage: Codable, Hashable, Sendable {
        case going
        /// Nothing new is begun; what has begun is waited for.
        case stopping(Stop)
        case ended(Ending)
    }

    /// Why nothing new is begun.
    public enum Stop: String, Codable, Hashable, Sendable { case cancelled, budget }

    /// How it ended.
    public enum Ending: String, Codable, Hashable, Sendable {
        /// Every pool is as it was wanted.
        case succeeded
        /// Some pools failed or were left out.
        case partly
        case cancelled
        /// More failed than was allowed.
        case budget
    }

    /// What was asked for; nil before the first input.
    public internal(set) var spec: FleetSpec? { didSet { changes += 1 } }
    public internal(set) var stage = Stage.going { didSet { changes += 1 } }
    public internal(set) var rings: [RingRecord] = [] { didSet { changes += 1 } }
    public internal(set) var pools: [PoolRecord] = [] { didSet { changes += 1 } }
    /// Who has paused it; nil while it is not paused.
    public internal(set) var pausedBy: String? { didSet { changes += 1 } }
    /// How many words were heard.
    public internal(set) var wordsHeard = 0 { didSet { changes += 1 } }
    /// The log.
    public internal(set) var events: [FleetEvent] = [] { didSet { changes += 1 } }
    /// Counts changes: an input that leaves it as it is was of no consequence, and need not be written down.
    public private(set) var changes = 0
    var places: [String: Int] = [:]
    /// Since when nothing new is begun.
    var stoppedAt: Int64?
    // Counted as they change, so that a large fleet costs no more for each input.
    public internal(set) var failedPools = 0
    public internal(set) var failedHosts = 0
    public internal(set) var activePools = 0

    /// Seconds after which a request that began a run can not be on its way any more.
    public static let longestBeginning: Int64 = 900
    /// Seconds for which a pool may know nothing of its run: one that has just started again still reads what ended before.
    static let longestReading: Int64 = 600

    /// A machine that was told nothing yet.
    public init() {}

    public var isEnded: Bool {
        if case .ended = stage { true } else { false }
    }

    /// The pool of a name.
    public func pool(_ name: String) -> PoolRecord? { places[name].map { pools[$0] } }

    /// The pools of a ring, in their order.
    public func pools(ofRing index: Int) -> [PoolRecord] { pools.filter { $0.ring == index } }

    /// Takes what happened. What has no meaning any more changes nothing.
    public mutating func handle(_ input: FleetInput) {
        guard !isEnded else { return }
        switch input {
        case .start(let spec, let at):
            if self.spec == nil { start(spec, at) }
        case .time(let at, let open): advance(at, open)
        case .outcome(let pool, let outcome, let at):
            if let place = places[pool] { take(outcome, place, at) }
        case .word(let word, let number, let who, let at):
            guard spec != nil, number == wordsHeard + 1 else { return }
            wordsHeard = number
            hear(word, by: who, at)
        }
    }

    private mutating func start(_ spec: FleetSpec, _ at: Int64) {
        self.spec = spec
        for (index, ring) in spec.rings.enumerated() {
            rings.append(RingRecord(name: ring.name))
            // Canaries stand first, as they go first.
            for name in ring.canaries + ring.pools.filter({ !ring.canaries.contains($0) }) where places[name] == nil {
                places[name] = pools.count
                pools.append(PoolRecord(name: name, ring: index, isCanary: ring.canaries.contains(name)))
            }
        }
        say(at, "\(spec.startedBy) begins \(spec.title) on \(pools.count) pools in \(rings.count) rings.")
    }

    /// What is to be done now, whoever was to do it before. Each may go on for long; one for each pool at a time.
    public var effects: [FleetEffect] {
        guard !isEnded else { return [] }
        var effects: [FleetEffect] = []
        var checked: Set<Int> = []
        for (index, ring) in rings.enumerated() where ring.phase == .check || ring.phase == .canaryCheck {
            checked.insert(index)
        }
        let isGoing = stage == .going
        for pool in pools {
            switch pool.phase {
            case .preparing, .held: if isGoing { effects.append(.prepare(pool: pool.name)) }
            case .beginning: effects.append(isGoing ? .begin(pool: pool.name) : .settle(pool: pool.name))
            case .running(let run, _): effects.append(.watch(pool: pool.name, run: run))
            case .done:
                if isGoing, !pool.isWell, checked.contains(pool.ring) { effects.append(.check(pool: pool.name)) }
            case .waiting, .ready, .failed, .skipped: break
            }
        }
        return effects
    }

    mutating func say(_ at: Int64, _ text: String) { events.append(FleetEvent(at: at, text: text)) }

    /// Puts a pool into another phase, and keeps count.
    mutating func set(_ place: Int, _ phase: PoolRecord.Phase) {
        let (wasActive, hadFailed) = (pools[place].isActive, pools[place].hasFailed)
        pools[place].phase = phase
        activePools += (pools[place].isActive ? 1 : 0) - (wasActive ? 1 : 0)
        failedPools += (pools[place].hasFailed ? 1 : 0) - (hadFailed ? 1 : 0)
    }

    /// More failed than was allowed: from here nothing is begun.
    mutating func spendBudget(_ at: Int64) {
        guard let spec, stage == .going else { return }
        guard failedPools > spec.failedPools || failedHosts > spec.failedHosts else { return }
        say(
            at,
            "\(failedPools.of("pool")) and \(failedHosts.of("host")) have failed, and \(spec.failedPools.of("pool")) and "
                + "\(spec.failedHosts.of("host")) may: nothing is begun any more."
        )
        stop(.budget, "More failed than was allowed.", at)
    }

    mutating func stop(_ why: Stop, _ reason: String, _ at: Int64) {
        stage = .stopping(why)
        stoppedAt = at
        for place in pools.indices where !pools[place].isSettled && !pools[place].isActive {
            set(place, .skipped(reason))
        }
    }
}

extension Int {
    /// `1 pool`, `2 pools`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
