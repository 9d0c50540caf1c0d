import Storage

/// Does at the pools what a fleet run wants done.
public protocol FleetPerformer: Sendable {
    /// Does one effect, and tells what came of it; nil where it was broken off and nothing is to be told.
    func perform(_ effect: FleetEffect, for spec: FleetSpec) async -> FleetOutcome?
}

/// How often a fleet run looks at what does not tell by itself.
public struct FleetPace: Sendable {
    /// How often the time is told, and words are listened for.
    public var tick: Duration = .seconds(1)
    /// Between two looks at one pool whose run goes on.
    public var watch: Duration = .seconds(5)
    /// Between two looks at a pool that is waited for.
    public var retry: Duration = .seconds(30)
    /// Pools that are looked at or spoken to at once.
    public var looks = 32

    /// The usual pace.
    public init() {}

    /// How long a pool is left alone after an answer; nil where the answer leads on at once.
    func rest(after outcome: FleetOutcome?) -> Duration? {
        switch outcome {
        case .prepared(.ready), .prepared(.hasIt), .begun(.run), .seen(.ended), .checked(.well): nil
        case .seen: watch
        default: retry
        }
    }
}

/// Carries one fleet run out: keeps its journal, has its effects done, tells it the time and what operators say.
///
/// All decisions are the machine's. A keeper may die at any moment; the next one goes on from the journal, and no pool is begun twice.
public actor FleetKeeper {
    /// The run as it is now.
    public private(set) var machine: FleetMachine
    /// The digest of the journal's newest record.
    public var head: String { journal.head }

    private let runs: FleetRuns
    private let run: String
    private let lease: any Lease
    private var journal: FleetJournal
    private let performer: any FleetPerformer
    private let pace: FleetPace
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Int64
    private let words: any AppendLog
    /// Pools that are asked something now, and pools that are left alone for a moment after an answer.
    private var atWork: Set<String> = []
    private var resting: Set<String> = []

    private enum Happening: Sendable {
        case tick
        case done(FleetEffect, FleetOutcome?)
        case rested(String)
    }

    /// Begins a run, or takes one over that was begun before.
    ///
    /// - Parameters:
    ///   - spec: nil to go on with the newest run.
    ///   - holder: who carries it out, for others to read.
    ///   - now: the time of day, in seconds since the epoch.
    /// - Throws: ``FleetError`` where a run has not ended, there is none, or another process carries it out.
    public init(
        _ spec: FleetSpec?,
        in runs: FleetRuns,
        holder: String,
        performer: any FleetPerformer,
        pace: FleetPace = FleetPace(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Int64
    ) async throws {
        lease = try await runs.lease(holder: holder)
        let newest = try await runs.all().last
        if spec != nil, newest != nil {
            let last = try await runs.read().machine
            // One that was killed before its first record never began.
            if let unfinished = last.spec, !last.isEnded {
                throw FleetError.unfinished(run: unfinished.run, title: unfinished.title)
            }
        }
        guard let run = spec?.run ?? newest else { throw FleetError.noRun }
        let (journal, inputs) = try await FleetJournal.open(try FleetRuns.journal(run), in: runs.storage)
        machine = FleetMachine()
        for input in inputs { machine.handle(input) }
        words = try await runs.storage.logs.log(try FleetRuns.words(run))
        (self.runs, self.run, self.journal) = (runs, run, journal)
        (self.performer, self.pace, self.clock, self.now) = (performer, pace, clock, now)
        if let spec { try await take(.start(spec, at: now())) }
        guard machine.spec != nil else { throw FleetError.noRun }
    }

    /// Carries the run out until it ends, or the task around this is cancelled: then it is left as it is, for another keeper.
    ///
    /// - Parameters:
    ///   - first: the first line of the log that is told of.
    ///   - onEvent: told of each line of the log, as it comes.
    public func carryOut(
        from first: Int = 0,
        onEvent: @escaping @Sendable (FleetEvent) -> Void = { _ in }
    ) async throws {
        let (happenings, mailbox) = AsyncStream.makeStream(of: Happening.self)
        var told = first
        (atWork, resting) = ([], [])
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            group.addTask { [clock, pace] in
                while !Task.isCancelled {
                    mailbox.yield(.tick)
                    try? await clock.sleep(for: pace.tick)
                }
            }
            for await happening in happenings {
                try await take(happening)
                for event in machine.events.dropFirst(told) { onEvent(event) }
                told = machine.events.count
                if machine.isEnded { return }
                begin(in: &group, mailbox)
            }
        }
        try Task.checkCancellation()
    }

    /// Lets another process carry it on.
    public func letGo() async { await lease.release() }

    private func take(_ happening: Happening) async throws {
        switch happening {
        case .rested(let pool): resting.remove(pool)
        case .done(let effect, let outcome):
            atWork.remove(effect.pool)
            resting.insert(effect.pool)
            guard let outcome else { return }
            try await take(.outcome(pool: effect.pool, outcome, at: now()))
        case .tick:
            guard let spec = machine.spec else { return }
            guard await lease.renew() else { throw FleetError.busy(holder: "its lock was taken away") }
            for said in try await FleetRuns.heard(words, after: machine.wordsHeard) {
                try await take(.word(said.word, number: machine.wordsHeard + 1, by: said.by, at: now()))
            }
            let at = now()
            try await take(.time(at, open: spec.openRings(at: at)))
        }
    }

    /// Writes an input down, and then lets it count. One that changes nothing is not worth a line.
    private func take(_ input: FleetInput) async throws {
        var next = machine
        next.handle(input)
        guard next.changes != machine.changes else { return }
        var written = journal
        try await written.append(input)
        (journal, machine) = (written, next)
    }

    /// Begins what the run wants and what nobody is at; each pool rests after it was looked at.
    private func begin(
        in group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ mailbox: AsyncStream<Happening>.Continuation
    ) {
        guard let spec = machine.spec else { return }
        var room = pace.looks - atWork.count
        guard room > 0 else { return }
        for effect in machine.effects where !atWork.contains(effect.pool) && !resting.contains(effect.pool) {
            atWork.insert(effect.pool)
            group.addTask { [performer, pace, clock] in
                let outcome = await performer.perform(effect, for: spec)
                mailbox.yield(.done(effect, outcome))
                if let rest = pace.rest(after: outcome) { try? await clock.sleep(for: rest) }
                mailbox.yield(.rested(effect.pool))
            }
            room -= 1
            guard room > 0 else { return }
        }
    }
}
