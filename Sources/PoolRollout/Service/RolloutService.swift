public import PoolControl
import PoolDatabase
public import PoolOperations
public import PoolPatching
public import Rollout
public import XenAPI

/// The runs of one pool: begins them, lets operators and watchers take part, and takes the active one over after a
/// restart of the server.
///
/// Every door asks here: XenAPI's class `rollout`, the console, the commands. One run at a time is active; runs that have
/// ended stay readable from their journals. Each run also shows as a row of the class `rollout`, so that getters, queries
/// and events work on it as on any object.
public actor RolloutService {
    let control: any PoolControl
    let installer: any UpdateInstaller
    /// The time of day.
    nonisolated let now: @Sendable () -> Timestamp
    private let makeUUID: @Sendable () -> String
    let archive: RunArchive
    /// How long runs wait unless they are told otherwise.
    public nonisolated let defaultLimits: RunPolicy.Limits
    private let gates: GateKeeper
    let surveys = Surveys()
    private let writer: String
    let progress = MoveProgress()
    /// The run that is carried out now.
    var active: (run: String, keeper: RunKeeper)?
    private var follower: Task<Void, Never>?
    private var watchers: [Int: (run: String?, continuation: AsyncStream<Void>.Continuation)] = [:]
    private var watcherCount = 0
    /// Told of each change of a run, in order, with the run as it is then.
    private var followers: [@Sendable (RunSnapshot) async -> Void] = []
    /// Runs that are not carried out now, as far as anybody has asked for them.
    var past: [String: PastRun] = [:]
    /// What lists need of the runs that have ended.
    var outlines: [String: EndedRun.Outline] = [:]
    /// Reads the runs whose end nobody has written down.
    var catchingUp: Task<Void, Never>?
    /// What was written down last of what the active run owes.
    private var noted: [RunDetails.Debt] = []
    private(set) var isBeginning = false
    /// The run that is just being begun, as soon as it has an id.
    private var beginning: String?
    var knownContents: [String: UpdateContents] = [:]

    /// Creates the service. Call ``open()`` before anything else.
    ///
    /// - Parameters:
    ///   - control: the pool that is updated.
    ///   - installer: how it takes updates.
    ///   - directory: `runs/` of the state directory, which must exist: a journal for each run, and the lock.
    ///   - writer: the program's name and version, for the journals.
    ///   - limits: how long runs wait unless they are told otherwise.
    ///   - gates: asks the health gates that are not about the pool's own VMs, and the operator's prechecks.
    ///   - now: the time of day.
    ///   - makeUUID: a uuid that nobody has used.
    public init(
        control: any PoolControl,
        installer: any UpdateInstaller,
        directory: String,
        writer: String,
        limits: RunPolicy.Limits = RunPolicy.Limits(),
        gates: GateKeeper,
        now: @escaping @Sendable () -> Timestamp,
        makeUUID: @escaping @Sendable () -> String
    ) {
        (self.control, self.installer) = (control, installer)
        (self.now, self.makeUUID) = (now, makeUUID)
        self.writer = writer
        defaultLimits = limits
        self.gates = gates
        archive = RunArchive(directory: directory)
    }

    /// Creates the service of a pool that we serve.
    public init(
        pool: Pool,
        patches: PatchService,
        directory: String,
        writer: String,
        limits: RunPolicy.Limits = RunPolicy.Limits(),
        gates: GateKeeper
    ) {
        self.init(
            control: ServedControl(pool) { host in try? await patches.resyncStamps(of: host) },
            installer: SignedPackages(patches),
            directory: directory,
            writer: writer,
            limits: limits,
            gates: gates,
            now: pool.now,
            makeUUID: pool.makeUUID
        )
    }

    /// Lets go of the active run, which stays active: the next server goes on with it.
    public func letGo() async {
        catchingUp?.cancel()
        follower?.cancel()
        await control.letGo()
        await active?.keeper.letGo()
        active = nil
        for watcher in watchers.values { watcher.continuation.finish() }
        watchers = [:]
    }

    // MARK: Begin

    /// Begins a run, and returns while it goes on.
    ///
    /// - Parameters:
    ///   - by: who begins it, for the evidence.
    ///   - holds: whether a run whose prechecks fail is begun all the same and holds until they are fixed.
    /// - Returns: the run's id.
    /// - Throws: `ROLLOUT_ACTIVE` with the id of the run that is active; `ROLLOUT_CHANGED` where what the options expect is not
    ///   so any more; `ROLLOUT_PRECHECK_FAILED` with one sentence for
    ///   each problem that neither has a fix nor may be fixed by the run; `UUID_INVALID` for an unknown update;
    ///   `CANNOT_FIND_PATCH` where its package was cleaned away.
    public func start(_ options: RunOptions, by operatorName: String, holds: Bool = false)
        async throws(APIError) -> String
    {
        if let run = options.run, active?.run == run || archive.runs.contains(run) { return run }
        if let active { throw APIError("ROLLOUT_ACTIVE", [active.run]) }
        // One that can not be carried on is in the way until it is given up.
        if let lost = archive.active { throw APIError("ROLLOUT_ACTIVE", [lost]) }
        if let reason = control.capabilities.lack(of: .acting) {
            throw APIError("OPERATION_NOT_ALLOWED", ["Nothing can be installed on this pool: \(reason)."])
        }
        // Nobody who names a time means at once; a minute is what saying it takes.
        if let time = options.policy.notBefore, time < now().seconds - 60 {
            throw OptionWord(key: "at", text: Timestamp(seconds: time).iso8601)
                .refusal("a time that is still to come: leave it out to begin at once")
        }
        guard !isBeginning else { throw APIError("ROLLOUT_ACTIVE", ["another run is just being begun"]) }
        isBeginning = true
        defer { (isBeginning, beginning) = (false, nil) }
        // What somebody has just changed in a pool that keeps itself counts, too: prechecks would ask an older picture of it.
        do throws(ControlError) { try await control.catchUp() } catch {
            guard case .refused(let refusal) = error else { throw .internalError(error.description) }
            throw refusal
        }
        let spec = try await spec(options, run: options.run ?? makeUUID(), by: operatorName)
        if let shown = options.expecting, let change = try revision(spec).change(since: shown) {
            throw APIError("ROLLOUT_CHANGED", [change])
        }
        if !holds {
            let blocking = try await problems(spec, asks: true).filter { spec.isBlocked(by: $0) }
            guard blocking.isEmpty else { throw APIError("ROLLOUT_PRECHECK_FAILED", blocking.map(\.text)) }
        }
        // The run asks the hosts itself; nobody else may be asking them then.
        await surveys.idle()
        await clearMarks()
        beginning = spec.run
        do throws(APIError) { try await mark(spec.run) } catch {
            // Where the answer was lost, the mark may be there.
            await unmark(spec.run)
            throw error
        }
        do {
            let keeper = try await RunKeeper.begin(
                spec,
                directory: archive.directory,
                writer: writer,
                performer: performer(spec),
                wall: wall
            )
            await follow(spec.run, keeper)
        } catch {
            await unmark(spec.run)
            if case .busy(let run) = error { throw APIError("ROLLOUT_ACTIVE", [run ?? "a run of another process"]) }
            throw .internalError(error.description)
        }
        return spec.run
    }

    /// The run that is carried out now, or nil.
    public var activeRun: String? { active?.run }

    /// One element after each change of a run, or of any run where none is named. Ends with the server; a run's own
    /// stream ends with the run.
    public func changes(_ run: String? = nil) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if let run, active?.run != run {
            continuation.finish()
            return stream
        }
        watcherCount += 1
        let number = watcherCount
        watchers[number] = (run, continuation)
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(watcher: number) }
        }
        return stream
    }

    /// Has somebody told of each change of any run, in order, with the run as it is then. To be called before ``open()``.
    public func follow(_ body: @escaping @Sendable (RunSnapshot) async -> Void) { followers.append(body) }

    // MARK: Inside

    func tellFollowers(_ keeper: RunKeeper) async {
        guard !followers.isEmpty else { return }
        let snapshot = await keeper.snapshot
        for follower in followers { await follower(snapshot) }
    }

    func follow(_ run: String, _ keeper: RunKeeper) async {
        active = (run, keeper)
        past[run] = nil
        let changes = await keeper.changes()
        await show(run)
        await tellFollowers(keeper)
        follower = Task { [weak self] in
            for await _ in changes {
                await self?.tellFollowers(keeper)
                await self?.changed(run)
            }
            await self?.finished(run)
        }
    }

    private func changed(_ run: String) async {
        await show(run)
        await noteDebts(run)
        for watcher in watchers.values where watcher.run == nil || watcher.run == run { watcher.continuation.yield() }
    }

    /// Keeps what the run owes beside its journal, which may get lost.
    private func noteDebts(_ run: String) async {
        guard let details = try? await details(run), active?.run == run else { return }
        let owed = OwedByRun(details)
        guard owed.debts != noted else { return }
        noted = owed.debts
        archive.keep(owed)
    }

    /// The run has ended, or its journal can not be written any more.
    private func finished(_ run: String) async {
        guard let active, active.run == run else { return }
        let snapshot = await active.keeper.snapshot
        for follower in followers { await follower(snapshot) }
        // The lock is free before another run can be begun.
        await active.keeper.letGo()
        if snapshot.machine.stage.isEnded { await unmark(run) }
        let times = await Task.detached { [archive] in archive.read(run).times }.value
        self.active = nil
        noted = []
        past[run] = PastRun(snapshot, times: times)
        if snapshot.machine.stage.isEnded, let ended = past[run] { keep(snapshot.machine, ended) }
        progress.clear()
        await show(run)
        for (number, watcher) in watchers where watcher.run == nil || watcher.run == run {
            watcher.continuation.yield()
            guard watcher.run != nil else { continue }
            watcher.continuation.finish()
            watchers[number] = nil
        }
    }

    /// Tells other tools, and other coordinators, that a run is on.
    ///
    /// - Throws: `OTHER_OPERATION_IN_PROGRESS` where another run has said so of itself.
    func mark(_ run: String) async throws(APIError) {
        guard archive.noteMark(run) else {
            throw .internalError("\(archive.directory) can not be written: make room on its disk, then try again")
        }
        do throws(ControlError) {
            // One coordinator serves a pool: there is one leadership only.
            try await control.setMark(RunMark(run: run, epoch: 1, since: now()))
        } catch {
            guard case .refused(let refusal) = error else { throw .internalError(error.description) }
            throw refusal
        }
    }

    /// A mark that could not be taken away is taken away before the next run, by this server or the next.
    func unmark(_ run: String) async {
        guard (try? await control.removeMark(ofRun: run)) != nil else { return }
        archive.forgetMark(run)
    }

    /// Takes the marks of runs away that have ended, or never began, when their server did.
    func clearMarks() async {
        let marked = archive.marked
        guard !marked.isEmpty else { return }
        let goingOn = [active?.run, archive.active, beginning]
        for run in marked where !goingOn.contains(run) { await unmark(run) }
    }

    private func forget(watcher: Int) { watchers[watcher] = nil }

    func performer(_ spec: RunSpec) -> PoolPerformer {
        PoolPerformer(
            control: control,
            installer: installer,
            spec: spec,
            progress: progress,
            earlier: earlierTimes,
            gates: gates,
            now: now
        )
    }

    var wall: @Sendable () -> Int64 { { [now] in now().seconds } }

    /// Writes the run's row. A run without its row would still be a run.
    func show(_ run: String) async {
        guard let details = try? await details(run) else { return }
        try? await RunRow.write(details, in: control.database)
    }
}
