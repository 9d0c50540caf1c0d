import XenAPI

/// A fleet run for people and auditors: made from its journal alone.
public struct FleetReport: Codable, Hashable, Sendable {
    /// One ring's part.
    public struct RingLine: Codable, Hashable, Sendable {
        public var name: String
        /// One word for programs.
        public var state: String
        /// Until when it soaks, in seconds since the epoch.
        public var until: Int64?
        public var isApproved: Bool
        public var pools: Int
        public var done: Int
    }

    /// One pool's part.
    public struct PoolLine: Codable, Hashable, Sendable {
        public var name: String
        public var ring: String
        public var isCanary: Bool
        /// One word for programs.
        public var state: String
        /// Why it is so; what it waits for.
        public var reason: String?
        /// The pool's own run.
        public var run: String?
        /// XenAPI's word for how that ended.
        public var ending: String?
        /// Seconds since the epoch.
        public var begun: Int64?
        public var ended: Int64?
        public var doneHosts: Int?
        public var failedHosts: Int
        public var owed: Int?
        /// The digest of the newest record of that run's journal: the pool's own report and journal can be proved with it.
        public var evidenceHead: String?
    }

    public var run: String
    public var startedBy: String
    public var update: FleetUpdate?
    public var title: String
    /// Seconds since the epoch.
    public var started: Int64
    public var ended: Int64?
    /// Nil while it goes on.
    public var ending: FleetMachine.Ending?
    /// What it does now, in one sentence.
    public var sentence: String
    public var pausedBy: String?
    public var rings: [RingLine]
    public var pools: [PoolLine]
    public var events: [FleetEvent]
    /// The digest of the newest record of the fleet run's own journal.
    public var journalHead: String

    /// Reads a run off its machine.
    public init(_ machine: FleetMachine, head: String) {
        let spec = machine.spec
        (run, startedBy) = (spec?.run ?? "", spec?.startedBy ?? "")
        (update, title) = (spec?.update, spec?.title ?? "")
        started = machine.events.first?.at ?? 0
        if case .ended(let ending) = machine.stage {
            self.ending = ending
            ended = machine.events.last?.at
        }
        pausedBy = machine.pausedBy
        rings = machine.rings.enumerated().map { RingLine($1, machine.pools(ofRing: $0)) }
        pools = machine.pools.map { pool in
            PoolLine(pool, ring: machine.rings.indices.contains(pool.ring) ? machine.rings[pool.ring].name : "")
        }
        events = machine.events
        journalHead = head
        sentence = machine.sentence
    }

    /// The report on one page.
    public var text: String {
        var lines = [
            "Fleet run \(run): \(title)", "By \(startedBy), \(Self.time(started)) to \(ended.map(Self.time) ?? "now")",
        ]
        lines += [sentence, ""]
        for ring in rings {
            let soak = ring.until.map { " until \(Self.time($0))" } ?? ""
            lines.append("Ring \(ring.name): \(ring.state)\(soak), \(ring.done) of \(ring.pools.of("pool")) done")
            for pool in pools where pool.ring == ring.name { lines += Self.lines(pool) }
        }
        let done = pools.count { $0.state == "done" }
        lines += ["", "\(done) of \(pools.count.of("pool")) done. Journal head \(journalHead)"]
        return lines.joined(separator: "\n")
    }

    private static func lines(_ pool: PoolLine) -> [String] {
        var lines = [
            "  \(pool.name)\(pool.isCanary ? " (canary)" : "")  \(pool.state)\(pool.reason.map { ": \($0)" } ?? "")"
        ]
        if let run = pool.run {
            let times = "\(pool.begun.map(time) ?? "") to \(pool.ended.map(time) ?? "now")"
            let hosts = pool.doneHosts.map { ", \($0.of("host")) done, \(pool.failedHosts) failed" } ?? ""
            lines.append("    run \(run)  \(pool.ending ?? "goes on")  \(times)\(hosts)")
        }
        if let head = pool.evidenceHead { lines.append("    evidence head \(head)") }
        return lines
    }

    private static func time(_ seconds: Int64) -> String { Timestamp(seconds: seconds).iso8601 }
}

extension FleetReport.RingLine {
    init(_ ring: RingRecord, _ pools: [PoolRecord]) {
        (name, isApproved) = (ring.name, ring.isApproved)
        (self.pools, done) = (pools.count, pools.count(where: \.isDone))
        switch ring.phase {
        case .waiting: state = "waiting"
        case .awaitingApproval: state = "awaiting approval"
        case .preparing: state = "preparing"
        case .canaries: state = "canaries"
        case .canarySoak(let until): (state, self.until) = ("soaking after its canaries", until)
        case .canaryCheck: state = "checking its canaries"
        case .canaryHold: state = "held for its canaries"
        case .others: state = "under way"
        case .soak(let until): (state, self.until) = ("soaking", until)
        case .check: state = "checking"
        case .done: state = "done"
        }
    }
}

extension FleetReport.PoolLine {
    init(_ pool: PoolRecord, ring: String) {
        (name, self.ring, isCanary, run) = (pool.name, ring, pool.isCanary, pool.run)
        (begun, ended, failedHosts) = (pool.begun, pool.ended, pool.failedHosts)
        ending = pool.end?.ending
        doneHosts = pool.end?.doneHosts
        owed = pool.end?.owed
        evidenceHead = pool.end?.head
        switch pool.phase {
        case .waiting: state = "waiting"
        case .preparing: state = "preparing"
        case .held(let obstacle, _): (state, reason) = ("held", obstacle.text)
        case .ready: state = "ready"
        case .beginning: state = "beginning"
        case .running(_, let silentSince):
            state = "running"
            reason = silentSince.map { "has not answered since \(Timestamp(seconds: $0).iso8601)" } ?? pool.holds.first
        case .done: (state, reason) = ("done", pool.run == nil ? "every host had it before" : nil)
        case .failed(let why): (state, reason) = ("failed", why)
        case .skipped(let why): (state, reason) = ("skipped", why)
        }
    }
}

extension FleetMachine {
    /// What it does now, or what it waits for.
    public var sentence: String {
        switch stage {
        case .ended(let ending): return "Ended: \(ending.words)."
        case .stopping(let why):
            let reason = why == .budget ? "More failed than was allowed" : "It was cancelled"
            return "\(reason): nothing is begun any more, \(activePools.of("pool")) go on to their end."
        case .going: break
        }
        if let pausedBy { return "Paused by \(pausedBy): \(activePools.of("pool")) go on, nothing new is begun." }
        guard let ring = rings.first(where: { $0.phase != .done }) else { return "All rings are done." }
        switch ring.phase {
        case .awaitingApproval: return "Ring \(ring.name) waits to be approved."
        case .canaryHold:
            return "Ring \(ring.name) holds, for a canary did not get there: approve it, skip it, or cancel."
        case .canarySoak(let until), .soak(let until):
            return "Ring \(ring.name) soaks until \(Timestamp(seconds: until).iso8601)."
        case .waiting, .preparing: return "Looks at the pools of ring \(ring.name)."
        case .canaryCheck, .check: return "Looks whether the pools of ring \(ring.name) are well."
        default: return "Ring \(ring.name): \(activePools.of("pool")) under way."
        }
    }
}
