public import Logging
public import Rollout
public import ServiceLifecycle
import Storage

/// The runs that there were before.
public struct RunJournals: Sendable {
    let ended: @Sendable () async -> [(run: String, started: Int64)]
    let snapshot: @Sendable (String) async -> RunSnapshot?

    /// - Parameters:
    ///   - ended: those that have ended, with the time when they began in seconds since the epoch, the oldest first.
    ///   - snapshot: one of them as its journal tells it.
    public init(
        ended: @escaping @Sendable () async -> [(run: String, started: Int64)],
        snapshot: @escaping @Sendable (String) async -> RunSnapshot?
    ) {
        (self.ended, self.snapshot) = (ended, snapshot)
    }
}

/// Tells people of runs: puts what there is to tell into the outbox as it happens, and has it delivered.
public struct NoticeService: Service {
    /// How often, and for how long, a receiver is tried.
    struct Limits: Sendable {
        /// Seconds between two attempts at first; each is twice as long as the one before.
        var first: Int64 = 10
        /// Seconds between two attempts at most.
        var longest: Int64 = 3600
        /// Attempts before a notice is given up: two days.
        var attempts = 56

        /// Seconds until the next attempt; nil where there is none any more.
        func wait(afterAttempts attempts: Int) -> Int64? {
            guard attempts < self.attempts else { return nil }
            return min(longest, first << Int64(min(20, max(0, attempts - 1))))
        }
    }

    private let outbox: Outbox
    private let runs: RunJournals
    private let standing: (@Sendable () async -> Standing)?
    private let pool: @Sendable () -> String
    private let now: @Sendable () -> Int64
    private let clock: any Clock<Duration>
    private let limits: Limits
    private let logger: Logger
    /// Rung when a receiver may have something to get.
    private let lanes: [Lane]

    private struct Lane: Sendable {
        let receiver: Receiver
        let wakes: AsyncStream<Void>
        let bell: AsyncStream<Void>.Continuation

        init(_ receiver: Receiver) {
            self.receiver = receiver
            (wakes, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        }
    }

    /// Opens the outbox.
    ///
    /// - Parameters:
    ///   - receivers: those of the operator's file.
    ///   - hooks: the operator's own programs.
    ///   - tell: leaves a notice in the pool itself, under its name and with its text; nil for a pool that takes none.
    ///   - directory: where the outbox is kept; it has to exist.
    ///   - standing: what is so now, asked every hour; nil where nobody looks.
    ///   - pool: the pool's name.
    ///   - now: the time of day, in seconds since the epoch.
    /// - Throws: ``StorageError`` where the outbox can not be used.
    public init(
        _ receivers: NoticeReceivers,
        hooks: Hooks,
        toPool tell: (@Sendable (Notice) async throws -> Void)?,
        directory: String,
        runs: RunJournals,
        standing: (@Sendable () async -> Standing)?,
        pool: @escaping @Sendable () -> String,
        now: @escaping @Sendable () -> Int64,
        logger: Logger
    ) throws {
        try self.init(
            receivers.receivers + hooks.receivers + (tell.map { [Receiver(name: "pool", way: .pool($0))] } ?? []),
            outbox: Outbox(path: directory + "/notices.json", now: now()) { aside in
                logger.error(
                    "The outbox of notices is damaged: it is in \(aside), what waited in it is not sent, and another one begins.",
                    metadata: ["event": "notice.damaged"]
                )
            },
            runs: runs,
            standing: standing,
            pool: pool,
            now: now,
            logger: logger
        )
    }

    init(
        _ receivers: [Receiver],
        outbox: Outbox,
        runs: RunJournals,
        standing: (@Sendable () async -> Standing)? = nil,
        pool: @escaping @Sendable () -> String,
        now: @escaping @Sendable () -> Int64,
        clock: any Clock<Duration> = ContinuousClock(),
        limits: Limits = Limits(),
        logger: Logger
    ) {
        lanes = receivers.map { Lane($0) }
        self.outbox = outbox
        self.runs = runs
        self.standing = standing
        self.pool = pool
        self.now = now
        self.clock = clock
        self.limits = limits
        self.logger = logger
    }

    /// Takes note of a run as it is now: what is new of it is on disk when this returns.
    public func note(_ run: RunSnapshot) async {
        guard let id = run.machine.spec?.run else { return }
        do {
            try await outbox.put(
                RunNotices.all(of: run, pool: pool()),
                of: id,
                started: run.machine.events.first?.at ?? now(),
                for: lanes.map(\.receiver),
                isOver: run.machine.stage.isEnded,
                now: now()
            )
        } catch {
            // It stays in memory, and is written with the next one; the journal has it all.
            let text = "What there is to tell of run \(id) can not be written down: \(error)"
            logger.error("\(text)", metadata: ["event": "notice.unwritten", "run": "\(id)"])
        }
        for lane in lanes { lane.bell.yield() }
    }

    /// Delivers until a graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await catchUp()
            await withDiscardingTaskGroup { group in
                for lane in lanes { group.addTask { await deliver(lane) } }
                group.addTask { await watch() }
            }
        }
    }

    /// Between two looks at what is so.
    private static let interval = Duration.seconds(3600)

    /// Looks now and then at what is so.
    private func watch() async {
        guard let standing else { return }
        repeat { await note(await standing()) } while (try? await clock.sleep(for: Self.interval)) != nil
    }

    /// Takes note of what is so now.
    func note(_ standing: Standing) async {
        do {
            try await outbox.put(
                standing: standing.notices(pool: pool(), now: now()),
                for: lanes.map(\.receiver),
                now: now()
            )
        } catch {
            let text = "What there is to tell of the server and its pool can not be written down: \(error)"
            logger.error("\(text)", metadata: ["event": "notice.unwritten"])
        }
        for lane in lanes { lane.bell.yield() }
    }

    /// Tells of what an earlier server has done and not told: it ended between the journal and the outbox. What waits for somebody
    /// whom the operator's file does not name any more is given up.
    private func catchUp() async {
        for letter in await outbox.letters.waiting where !lanes.contains(where: { $0.receiver.name == letter.receiver })
        {
            await settle(letter, problem: "The file of receivers does not name it any more.", due: nil)
        }
        for (run, started) in await runs.ended() where await outbox.lacks(run, started: started) {
            if let snapshot = await runs.snapshot(run) { await note(snapshot) }
        }
    }

    /// One receiver's letters, each as soon as it may be sent: a receiver that hangs keeps no other waiting.
    private func deliver(_ lane: Lane) async {
        let name = lane.receiver.name
        lane.bell.yield()
        await withDiscardingTaskGroup { group in
            for await _ in lane.wakes {
                while !Task.isCancelled, let letter = await outbox.next(for: name, at: now()) {
                    await deliver(letter, to: lane.receiver)
                }
                guard let due = await outbox.nextDue(for: name) else { continue }
                // However the clock on the wall is set meanwhile, it is looked again.
                let pause = min(limits.longest, max(1, due - now()))
                group.addTask {
                    try? await clock.sleep(for: .seconds(pause))
                    lane.bell.yield()
                }
            }
            group.cancelAll()
        }
    }

    private func deliver(_ letter: Outbox.Letter, to receiver: Receiver) async {
        do throws(Undelivered) {
            try await receiver.send(letter.notice)
            await settle(letter, problem: nil, due: nil)
        } catch {
            // The server ends: that is no attempt.
            guard !Task.isCancelled else { return }
            let wait = limits.wait(afterAttempts: letter.attempts + 1)
            await settle(letter, problem: error.description, due: wait.map { now() + $0 })
        }
    }

    private func settle(_ letter: Outbox.Letter, problem: String?, due: Int64?) async {
        var facts: Logger.Metadata = [
            "receiver": "\(letter.receiver)", "notice": "\(letter.notice.id)", "attempt": "\(letter.attempts + 1)",
        ]
        let what = "\(letter.receiver) of '\(letter.notice.subject)'"
        switch (problem, due) {
        case (nil, _):
            facts["event"] = "notice.sent"
            logger.info("Told \(what).", metadata: facts)
        case (let problem?, .some):
            facts["event"] = "notice.failed"
            logger.warning("Could not tell \(what). \(problem) It is tried again.", metadata: facts)
        case (let problem?, nil):
            facts["event"] = "notice.given-up"
            logger.error("Could not tell \(what). \(problem) It is given up.", metadata: facts)
        }
        do { try await outbox.settle(letter, problem: problem, due: due) } catch {
            logger.error("The outbox can not be written: \(error)", metadata: ["event": "notice.unwritten"])
        }
    }
}
