/// Does what a run wants done. The embedded pool, libvirt hosts and tests each bring their own.
public protocol EffectPerformer: Sendable {
    /// Does one effect, or finds out what became of it where ``Effect/isQuestion`` says so, and tells the outcome.
    ///
    /// Cancelling the task breaks the effect off, as far as that is safe.
    func perform(_ effect: Effect) async -> Outcome
}

/// Carries one run out: keeps its journal, has its effects done, tells it the time.
///
/// All decisions are the machine's. A keeper may die at any moment; the next one takes the run over from the journal.
public actor RunKeeper {
    /// The run as it is now. Whoever wants more than one part of it asks for this, once.
    public var snapshot: RunSnapshot {
        RunSnapshot(machine: controller.machine, journalHead: controller.journal.head, failure: failure)
    }
    /// The run's state.
    public var machine: RolloutMachine { controller.machine }
    /// The digest of the journal's newest record.
    public var journalHead: String { controller.journal.head }
    /// Why the run goes no further, where its journal can not be written.
    public private(set) var failure: JournalError?

    private let directory: String
    private let performer: any EffectPerformer
    private let wall: @Sendable () -> Int64
    private let clock = ContinuousClock()
    private let born: ContinuousClock.Instant
    private let lock: RunLock
    private var controller: Controller
    private let file: JournalFile
    private var tasks: [OperationID: Task<Void, Never>] = [:]
    private var alarm: Task<Void, Never>?
    private var watchers: [AsyncStream<Void>.Continuation] = []
    private var hasLetGo = false

    /// Begins a run.
    ///
    /// - Parameters:
    ///   - directory: `runs/` of the state directory. It holds one journal for each run, and the lock.
    ///   - writer: the program's name and version, for the journal.
    ///   - wall: the time of day, in seconds since the epoch.
    public static func begin(
        _ spec: RunSpec,
        directory: String,
        writer: String,
        performer: any EffectPerformer,
        wall: @escaping @Sendable () -> Int64
    ) async throws(RunError) -> RunKeeper {
        guard isName(spec.run) else { throw .badName(spec.run) }
        guard let lock = RunLock(directory: directory) else { throw noLock(directory) }
        if let active = lock.run { throw .busy(active) }
        let keeper: RunKeeper
        do throws(JournalError) {
            var controller = Controller(digest: Journal.sha256)
            let file = try JournalFile.create(path(directory, spec.run))
            try file.append(try controller.open(run: spec.run, writer: writer))
            guard lock.set(run: spec.run) else { throw .unwritable("\(directory)/active") }
            keeper = RunKeeper(
                directory: directory,
                performer: performer,
                wall: wall,
                lock: lock,
                controller: controller,
                file: file
            )
        } catch {
            throw .journal(error)
        }
        await keeper.take { .start(spec, at: $0) }
        if let failure = await keeper.failure, await keeper.machine.spec == nil {
            // Nothing was begun: another run must not find this one in its way.
            await keeper.abandon()
            throw .journal(failure)
        }
        return keeper
    }

    private static func noLock(_ directory: String) -> RunError {
        RunLock.isWritable(directory) ? .busy(nil) : .journal(.unwritable("\(directory)/active can not be opened"))
    }

    private func abandon() { _ = lock.set(run: nil) }

    /// Takes a run over from its journal: the active one, or one that has ended and still owes something.
    ///
    /// - Returns: nil where no run is named and none is active.
    public static func takeOver(
        run named: String? = nil,
        directory: String,
        performer: any EffectPerformer,
        wall: @escaping @Sendable () -> Int64
    ) async throws(RunError) -> RunKeeper? {
        guard let lock = RunLock(directory: directory) else { throw noLock(directory) }
        let active = lock.run
        guard let run = named ?? active else { return nil }
        if let active, active != run { throw .busy(active) }
        guard isName(run) else { throw .badName(run) }
        let keeper: RunKeeper
        do throws(JournalError) {
            let reopened = try JournalFile.reopen(path(directory, run))
            let controller = try Controller(replaying: reopened.contents)
            keeper = RunKeeper(
                directory: directory,
                performer: performer,
                wall: wall,
                lock: lock,
                controller: controller,
                file: reopened.file
            )
        } catch {
            throw .journal(error)
        }
        await keeper.take { .restarted(at: $0) }
        return keeper
    }

    private init(
        directory: String,
        performer: any EffectPerformer,
        wall: @escaping @Sendable () -> Int64,
        lock: consuming RunLock,
        controller: Controller,
        file: sending JournalFile
    ) {
        self.directory = directory
        self.performer = performer
        self.wall = wall
        self.lock = lock
        self.controller = controller
        self.file = file
        born = clock.now
    }

    /// An operator speaks. The word is on disk when this returns.
    public func say(_ word: OperatorWord, by operatorName: String) throws(RunError) {
        guard !hasLetGo else { throw .letGo }
        take { .word(word, by: operatorName, at: $0) }
        if let failure { throw .journal(failure) }
    }

    /// One element after each change of the run; ends with the run.
    public func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if isOver { continuation.finish() } else { watchers.append(continuation) }
        return stream
    }

    /// Lets go of the run without ending it: what is under way goes on, and the next keeper takes it over, from now on.
    public func letGo() {
        hasLetGo = true
        alarm?.cancel()
        for task in tasks.values { task.cancel() }
        for watcher in watchers { watcher.finish() }
        watchers = []
        lock.release()
    }

    private var isOver: Bool { hasLetGo || failure != nil || controller.machine.stage.isEnded }

    /// On disk, then handled, then the intent on disk, then done.
    private func take(_ input: (Moment) -> Input) {
        guard !hasLetGo, failure == nil else { return }
        let input = input(Moment(wall: wall(), steady: (clock.now - born).components.seconds))
        let effects: [Effect]
        do throws(JournalError) {
            try file.append(try controller.line(for: input))
            let handled = try controller.handle(input)
            if let line = handled.line { try file.append(line) }
            effects = handled.effects
        } catch {
            failure = error
            for watcher in watchers { watcher.finish() }
            return
        }
        for effect in effects { begin(effect) }
        if controller.machine.stage.isEnded, lock.run != nil { _ = lock.set(run: nil) }
        setAlarm()
        for watcher in watchers { watcher.yield() }
        if isOver {
            for watcher in watchers { watcher.finish() }
            watchers = []
        }
    }

    private func begin(_ effect: Effect) {
        if case .abort(let operation) = effect.action { tasks[operation]?.cancel() }
        let performer = performer
        tasks[effect.id] = Task { [weak self] in
            let outcome = if case .abort = effect.action { Outcome.done } else { await performer.perform(effect) }
            await self?.finish(effect.id, outcome)
        }
    }

    private func finish(_ id: OperationID, _ outcome: Outcome) {
        tasks[id] = nil
        take { .result(id, outcome, at: $0) }
    }

    private func setAlarm() {
        alarm?.cancel()
        guard let seconds = controller.machine.nextWake else { return }
        alarm = Task { [weak self] in
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            await self?.tick()
        }
    }

    private func tick() { take { .tick(at: $0) } }

    private static func path(_ directory: String, _ run: String) -> String { "\(directory)/\(run).journal" }

    /// A run's name is a file's name.
    public static func isName(_ run: String) -> Bool {
        (1...64).contains(run.utf8.count)
            && run.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}

/// A run at one moment.
public struct RunSnapshot: Sendable {
    /// The run's state.
    public let machine: RolloutMachine
    /// The digest of the journal's newest record.
    public let journalHead: String
    /// Why the run goes no further, where its journal can not be written.
    public let failure: JournalError?

    /// A run as it is at some moment.
    public init(machine: RolloutMachine, journalHead: String, failure: JournalError? = nil) {
        (self.machine, self.journalHead, self.failure) = (machine, journalHead, failure)
    }
}

/// Why a run can not be begun, taken over or spoken to.
public enum RunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another run is active on the pool; nil where its name can not be read.
    case busy(String?)
    case badName(String)
    /// This process carries the run out no more: it is being shut down.
    case letGo
    case journal(JournalError)

    public var description: String {
        switch self {
        case .busy(let run):
            "Run \(run ?? "of another process") is active on this pool: wait for its end, or cancel it."
        case .badName(let name): "\(name) is no name for a run: use small letters, digits and hyphens."
        case .letGo: "The server is shutting down: the run goes on when it is back. Say it then."
        case .journal(let error): error.description
        }
    }
}
