import Basics
public import Storage
import XenAPI
public import XenAPIClient

/// The doors of all pools of a fleet, opened as they are asked for, and kept open.
public actor FleetPools: FleetPerformer {
    private let file: FleetFile
    private let known: KnownPools
    private let limits: ClientLimits
    private let now: @Sendable () -> Int64
    private var doors: [String: PoolDoor] = [:]

    /// - Parameters:
    ///   - storage: the fleet's state directory.
    ///   - limits: how long a pool may take to answer.
    ///   - now: the time of day, in seconds since the epoch.
    public init(
        _ file: FleetFile,
        storage: any Storage,
        limits: ClientLimits = FleetPools.limits,
        now: @escaping @Sendable () -> Int64
    ) throws(StorageError) {
        self.file = file
        known = try KnownPools(storage, names: file.pools.map(\.name))
        (self.limits, self.now) = (limits, now)
    }

    /// Shorter than for one pool alone: the others wait meanwhile.
    public static var limits: ClientLimits {
        var limits = ClientLimits()
        limits.connecting = .seconds(10)
        limits.signingIn = .seconds(30)
        limits.call = .seconds(60)
        limits.connections = 4
        return limits
    }

    /// Signs out everywhere.
    public func close() async {
        await withDiscardingTaskGroup { group in
            for door in doors.values { group.addTask { await door.client.close() } }
        }
        doors = [:]
    }

    public nonisolated func perform(_ effect: FleetEffect, for spec: FleetSpec) async -> FleetOutcome? {
        let door: PoolDoor
        do { door = try await self.door(effect.pool) } catch {
            return Self.closed(effect, "\(error)")
        }
        let outcome: FleetOutcome =
            switch effect {
            case .prepare: .prepared(await door.prepare(spec))
            case .begin: .begun(await door.begin(spec))
            case .settle: .begun(await door.settle(spec))
            case .watch(_, let run): .seen(await door.watch(run))
            case .check: .checked(await door.check())
            }
        // What was broken off tells nothing: whoever goes on asks again.
        return Task.isCancelled ? nil : outcome
    }

    /// Asks each pool to prove its run's journal against the head that a report names.
    ///
    /// - Returns: a sentence for each that does not.
    public nonisolated func verify(_ report: FleetReport) async -> [String] {
        let proofs = report.pools.reduce(into: [String: (run: String, head: String)]()) { proofs, pool in
            if let run = pool.run, let head = pool.evidenceHead { proofs[pool.name] = (run, head) }
        }
        let answers = await each(
            of: proofs.keys.sorted(),
            atOnce: 16,
            within: .seconds(120),
            late: "no answer" as String?
        ) {
            name in
            guard let proof = proofs[name] else { return nil }
            do { return try await self.door(name).verify(proof.run, head: proof.head) } catch {
                return "\(error)"
            }
        }
        return answers.sorted { $0.key < $1.key }.compactMap { name, answer in
            answer.map { "\(name): \($0)" }
        }
    }

    /// The door of a pool.
    ///
    /// - Throws: why there is none, in words: its credentials or certificates can not be used.
    func door(_ name: String) throws -> PoolDoor {
        if let door = doors[name] { return door }
        guard let pool = file.pool(name) else { throw FleetError.lostPool(name) }
        let door = PoolDoor(name: name, client: try pool.client(limits), known: known, now: now)
        doors[name] = door
        return door
    }

    /// What a pool is that can not be signed in to from here.
    private static func closed(_ effect: FleetEffect, _ text: String) -> FleetOutcome {
        switch effect {
        case .prepare: .prepared(.obstacle(Obstacle(.refused, text)))
        // A run may go on there.
        case .begin, .settle: .begun(.unknown(text))
        case .watch: .seen(.silent(text))
        case .check: .checked(.silent(text))
        }
    }

    /// The pools of the file, or those that have one of the labels.
    func pools(labels: [String]) -> [FleetFile.Pool] {
        file.pools.filter { labels.isEmpty || !Set(labels).isDisjoint(with: $0.labels) }
    }

    /// What was remembered of the pools.
    func remembered() async -> [String: KnownPools.Known] { (try? await known.all()) ?? [:] }

    /// Asks something of many pools, so many at a time, each for so long at most.
    ///
    /// - Parameter late: what is told of a pool that took longer.
    nonisolated func each<Answer: Sendable>(
        of names: [String],
        atOnce: Int,
        within limit: Duration,
        late: Answer,
        _ body: @escaping @Sendable (String) async -> Answer
    ) async -> [String: Answer] {
        await withTaskGroup(of: (String, Answer).self) { group in
            var answers: [String: Answer] = [:]
            var next = names.makeIterator()
            func add() {
                guard let name = next.next() else { return }
                group.addTask { (name, await Self.within(limit, late: late) { await body(name) }) }
            }
            for _ in 0..<max(1, atOnce) { add() }
            while let (name, answer) = await group.next() {
                answers[name] = answer
                add()
            }
            return answers
        }
    }

    private static func within<Answer: Sendable>(
        _ limit: Duration,
        late: Answer,
        _ body: @escaping @Sendable () async -> Answer
    ) async -> Answer {
        await withTaskGroup(of: Answer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { await body() }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
                return nil
            }
            return await group.next().flatMap { $0 } ?? late
        }
    }
}
