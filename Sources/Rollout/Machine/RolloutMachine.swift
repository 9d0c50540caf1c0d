/// One run: takes inputs, changes its state, and says what is to be done next.
///
/// The machine is a pure value. It has no clock, does no I/O and draws no random numbers: the same inputs give the same
/// effects, which is why a journal of inputs is all that a restart needs, and why the simulator and a rehearsal run
/// the machine of production.
public struct RolloutMachine: Sendable {
    public internal(set) var spec: RunSpec?
    public internal(set) var stage = Stage.idle
    /// In the order in which they are shown: the master first.
    public internal(set) var hosts: [HostRecord] = []
    public internal(set) var obligations: [Obligation] = []
    public internal(set) var holds: [Hold] = []
    /// What the last prechecks found.
    public internal(set) var problems: [Problem] = []
    public internal(set) var events: [RunEvent] = []
    /// Who paused the run, where somebody did.
    public internal(set) var pausedBy: String?
    /// The pool as the run believes it to be.
    public internal(set) var view = PoolView()
    public internal(set) var consents: [Consent] = []

    var clock = RunClock()
    var stopping: Stopping?
    var boundary = Boundary.gating(next: 0)
    var active: ActivePlan?
    var glance: Glance?
    var inFlight: [InFlight] = []
    var operations = 0
    var effects: [Effect] = []
    var inquiry: Inquiry?
    var busyLooks = 0
    /// VMs that the run has restarted, or has tried to, as an update asked.
    var restartedGuests: Set<String> = []
    /// What others are at that the run waits for, and what an operator has it go on beside.
    var othersWork: [OthersWork] = []
    var toleratedWork: Set<String> = []
    var fixes: [Fix] = []
    var fixRounds = 0
    /// What programs of the operator's have paused, by their names.
    var paused: Set<String> = []
    var isFixingAsked = false
    /// Whether it has looked at the pool, and waits for its time.
    public internal(set) var isScheduled = false
    var fruitlessPlans = 0
    var ending = Ending.succeeded
    /// How it ends where it does so before its time.
    var earlyEnding: Ending?
    /// Whether anything was given back since the last look; and whether the run has come that far at all.
    var hasPaid = false
    var hasSettled = false
    var nextCall: Int64 = 0
    var failedCalls = 0
    var canaryDone: Int64?
    /// When a host was last back in service, by the run's own clock.
    var lastReturn: Int64?
    var firstPlan: RolloutPlan?
    /// The pool as it was when the run was about to change the first thing; nil before.
    public internal(set) var found: PoolView?
    /// VMs of which nobody can say where they are before the next look: their migration failed, or was not heard of again.
    var uncertain: Set<String> = []
    /// Why the VMs that are still away from home stay there.
    var homeObstacle: String?

    /// A machine that has not been started.
    public init() {}

    /// Takes one input.
    ///
    /// - Returns: what is to be done, in this order. Whoever does it hands the outcomes back as inputs.
    public mutating func handle(_ input: Input) -> [Effect] {
        effects = []
        if case .restarted = input {
            clock.advance(to: input.moment, isNewLife: true)
        } else {
            clock.advance(to: input.moment, isNewLife: spec == nil)
        }
        switch input {
        case .start(let spec, _): start(spec)
        case .word(let word, let operatorName, _): hear(word, from: operatorName)
        case .result(let id, let outcome, _): learn(id, outcome)
        case .tick: break
        case .restarted: askAgain()
        }
        expire()
        advance()
        dateSteps()
        return effects
    }

    /// Does everything that can be done now.
    private mutating func advance() {
        // Each step makes progress in a finite order of phases; the bound only guards against an error in this machine.
        var left = 1000 + 100 * hosts.count
        while left > 0, step() { left -= 1 }
    }

    private mutating func step() -> Bool {
        switch stage {
        case .idle, .barrier: stopIfAsked()
        case .surveying: stopIfAsked() || survey()
        case .fixing: fixNext()
        case .applyingEverywhere: applyEverywhere()
        case .rolling: roll()
        case .finishing: finish()
        case .settling: settle()
        case .ended: false
        }
    }

    private mutating func start(_ spec: RunSpec) {
        guard self.spec == nil else { return }
        self.spec = spec
        consents = spec.consents.filter { $0.run == spec.run }
        stage = .surveying
        note(.run, "\(spec.startedBy) starts run \(spec.run): \(spec.title).")
    }

    // MARK: What everything else is made of

    var policy: RunPolicy { spec?.policy ?? RunPolicy() }
    var runID: String { spec?.run ?? "" }
    var updates: [UpdateFacts] { spec?.updates ?? [] }
    var purpose: RunPurpose { spec?.purpose ?? .install }
    var restart: Restart { spec?.restart ?? .none }
    /// What one host has to restart: less than the updates ask for where the pool says that its running system is mended.
    func restart(of host: HostRecord) -> Restart { host.restart.map { min($0, restart) } ?? restart }

    /// Whether the run takes a last look however it ends, and compares each look with the one before from the first on.
    var looksThroughout: Bool { (spec?.generation ?? 0) >= 1 }

    /// Whether hosts that have come into the pool meanwhile count at the end.
    var seesNewcomers: Bool { (spec?.generation ?? 0) >= 2 }

    /// Whether something new may be begun.
    var mayBegin: Bool { holds.isEmpty && pausedBy == nil && stopping == nil }

    mutating func note(_ kind: RunEvent.Kind, _ text: String, host: String? = nil, vm: String? = nil) {
        events.append(RunEvent(at: clock.wall, kind: kind, host: host, vm: vm, text: text))
    }

    mutating func hold(_ subject: Hold.Subject, _ reason: String) {
        guard !holds.contains(where: { $0.subject == subject }) else { return }
        holds.append(Hold(subject: subject, reason: reason, since: clock.wall))
        note(.hold, reason)
    }

    /// Wants something done.
    mutating func emit(_ action: Action, step: Int? = nil) {
        operations += 1
        let id = OperationID(run: runID, number: operations)
        effects.append(Effect(id: id, action: action, isQuestion: false))
        inFlight.append(
            InFlight(id: id, action: action, step: step, deadline: clock.elapsed + limit(of: action), begun: clock.wall)
        )
    }

    private func limit(of action: Action) -> Int64 {
        switch action {
        case .move, .pay(.vmHome): policy.limits.move
        case .precheck: policy.limits.precheck
        case .apply: policy.limits.apply
        case .stop, .pay(.vmRunning): policy.limits.stop
        case .check(let gate): gate.timeout + policy.limits.call
        case .plugStorage: policy.limits.storage
        default: policy.limits.call
        }
    }

    // What is gone keeps the name that it had.
    func name(_ host: String) -> String {
        view.host(host)?.name ?? hosts.first { $0.id == host }?.name ?? found?.host(host)?.name ?? host
    }
    func name(vm: String) -> String { view.vm(vm)?.name ?? found?.vm(vm)?.name ?? vm }
    func position(_ host: String) -> Int? { hosts.firstIndex { $0.id == host } }

    /// Whether something is under way on a host.
    func isBusy(_ host: String) -> Bool { inFlight.contains { $0.action.host == host } }
    /// Whether a call about the whole pool is under way.
    var isPoolBusy: Bool { inFlight.contains { $0.action.isPoolWide } }
    /// Whether VMs are on their way.
    var isMoving: Bool { inFlight.contains { $0.step != nil } }
    /// Whether the run changes anything right now.
    var isQuiet: Bool { !inFlight.contains { !$0.action.isQuery } && !hosts.contains { $0.phase.isActive } }
}
