import Rollout

/// A simulated pool, its network, its clock, its controller and the controller's disk, in one thread from one seed.
///
/// The machine and the journal are those of production. Everything else is played, second by second, and faster than
/// real time by what it takes to compute.
public final class World {
    /// Monday, 2 January 2012, 00:00 UTC: when every simulation begins.
    public static let epoch: Int64 = 1_325_462_400

    /// What happens at some time.
    enum Event {
        /// An answer reaches the controller that asked.
        case answer(OperationID, Outcome, life: Int)
        /// An answer that is composed only when it leaves.
        case report(OperationID, host: String, life: Int)
        case observation(OperationID, life: Int)
        case tick(life: Int, number: Int)
        case restart
        case moveEnds(vm: String, OperationID)
        case stopEnds(vm: String, Consent.Way, OperationID, life: Int)
        case startEnds(vm: String, host: String, OperationID, life: Int)
        case programEnds(Program, host: String, update: String, OperationID, ProgramEnd, boot: Int, life: Int)
        case hostUp(host: String, boot: Int, ReturnKind)
        case agentUp(host: String)
        case supervise
        case hand
        case word
        case clockJump
        case cancel
        case death(host: String)
        case restartActs(host: String, boot: Int, life: Int)
        case secondBoot(host: String, boot: Int)
        case stranger
        case pause
        case withdrawal
        case controllerStops
    }
    enum ProgramEnd { case passed, failed, half }
    enum ReturnKind { case well, old, withoutStorage, withoutStamps, oldKernel }

    public internal(set) var scenario: Scenario
    var random: SeededGenerator
    /// Decides about what came into the world later, so that worlds of before stay what they were.
    var fate: SeededGenerator
    var events = EventQueue<Event>()
    public internal(set) var now = World.epoch
    /// How far the controller's wall clock is off.
    var skew: Int64 = 0
    var pool: SimulatedPool

    // The controller.
    var controller: Controller?
    /// Counts controllers, so that answers to a dead one are lost.
    var life = 0
    var startedAt = World.epoch
    /// What is on disk of the journal.
    public internal(set) var disk: [UInt8] = []
    /// Boundaries of the journal so far: places at which a controller could die.
    public internal(set) var boundaries = 0
    var ticks = 0
    var crashesLeft = 3

    // What the invariants are checked against.
    /// What the run switched off in this world and has not given back.
    var owed: Set<Debt> = []
    var consents: Set<Consent> = []
    /// Hosts and VMs of which the run can not know the truth: somebody else changed them since it looked last.
    var strangeHosts: Set<String> = []
    var strangeVMs: Set<String> = []
    /// All that ever were.
    var everStrange: Set<String> = []
    var ledger = Ledger()
    /// What keeps on refusing, or does not reach another, and until when.
    var obstinacy = Obstinacy()
    var hasMasterChanged = false
    /// Whether it has, and the run has not looked since.
    var isMasterUnknown = false
    /// When somebody else last switched HA or load balancing on.
    var switchedOnAt: Int64?
    /// VMs and hosts that were taken away.
    var removed: Set<String> = []
    /// Until when the controller's process is stopped.
    var stoppedUntil: Int64 = 0
    /// The looks at the pool that a controller has had an answer to.
    private var looks: Set<OperationID> = []
    /// Hosts that the run restarted and that are not back.
    var down: Set<String> = []
    var claimed: Set<String> = []
    public internal(set) var violations: [String] = []
    /// Whether a death that was to be has come.
    public internal(set) var hasMetFate = false
    /// What was said before a cancellation to be left after it.
    var foretold: Aftermath?
    /// Until when nothing can be written.
    var diskFullUntil: Int64 = 0
    public internal(set) var interventions = 0
    var steps = 0
    public internal(set) var log: [String] = []
    public var isLogging = false

    /// A world that has not begun to turn.
    public init(_ scenario: Scenario) {
        self.scenario = scenario
        random = SeededGenerator(seed: scenario.seed ^ 0xA5A5_5A5A_1234_4321)
        fate = SeededGenerator(seed: scenario.seed ^ 0x0F0F_1E1E_7777_2222)
        pool = scenario.pool
        consents = Set(scenario.spec.consents)
    }

    var updates: [UpdateFacts] { scenario.spec.updates }
    var moment: Moment { Moment(wall: now + skew, steady: now - startedAt) }
    /// The machine, while a controller lives.
    public var machine: RolloutMachine? { controller?.machine }

    /// Lets the world turn until the run is over, or nothing happens any more.
    public func run() -> SimulationResult {
        begin()
        while let (time, event) = events.next() {
            now = max(now, time)
            steps += 1
            if steps > 60_000 || now > Self.epoch + 30 * 86_400 {
                violate(
                    "the run neither ended nor held: \(machine?.waitsFor.joined(separator: " ") ?? "no controller")"
                )
                break
            }
            happen(event)
            if !violations.isEmpty { break }
            if let machine, machine.stage.isEnded, isSettled { break }
        }
        if violations.isEmpty { checkEnd() }
        return result()
    }

    /// Whether the world itself has come to rest after the run's end.
    private var isSettled: Bool {
        pool.moves.values.allSatisfy(\.isDeaf) && pool.hosts.allSatisfy { $0.isUp || $0.isStuck }
    }

    private func begin() {
        controller = Controller(digest: Journal.sha256)
        guard var opening = controller else { return }
        let line = try? opening.open(run: scenario.spec.run, writer: "simulation")
        controller = opening
        if let line, write(line) { deliver(.start(scenario.spec, at: moment)) }
        events.add(.supervise, at: now + 900)
        if let seconds = scenario.cancelAfter { events.add(.cancel, at: now + seconds) }
        if scenario.faults.hands > 0 {
            for _ in 0..<random.below(4) where random.percent(scenario.faults.hands) {
                events.add(.hand, at: now + Int64(random.below(7200)))
            }
        }
        if random.percent(scenario.faults.hostDies), let host = pool.hosts.randomElement(using: &random) {
            events.add(.death(host: host.id), at: now + Int64(random.below(7200)))
        }
        if random.percent(scenario.faults.masterDies), let master = pool.master {
            events.add(.death(host: master.id), at: now + Int64(random.below(7200)))
        }
        if random.percent(scenario.faults.words) {
            // Some at once, while the run still looks at the pool.
            events.add(.word, at: now + Int64(random.below(random.percent(30) ? 60 : 7200)))
        }
        if random.percent(scenario.faults.clockJumps) { events.add(.clockJump, at: now + Int64(random.below(7200))) }
        beginTorments()
    }

    func violate(_ text: String) {
        violations.append(text)
        trace("VIOLATION \(text)")
    }

    func trace(_ text: @autoclosure () -> String) {
        if isLogging { log.append("\(now - Self.epoch) \(text())") }
    }

    private func happen(_ event: Event) {
        if now < stoppedUntil, event.isForController { return events.add(event, at: stoppedUntil) }
        switch event {
        case .answer(let id, let outcome, let life): if life == self.life { receive(id, outcome) }
        case .report(let id, let host, let life):
            if life == self.life { report(id, host) }
        case .observation(let id, let life): if life == self.life { observe(id) }
        case .tick(let life, let number):
            if life == self.life, number == ticks, controller != nil { deliver(.tick(at: moment)) }
        case .restart: takeOver()
        case .moveEnds(let vm, let operation): endMove(vm, operation)
        case .stopEnds(let vm, let way, let id, let life): endStop(vm, way, id, life)
        case .startEnds(let vm, let host, let id, let life): endStart(vm, host, id, life)
        case .programEnds(let program, let host, let update, let id, let end, let boot, let life):
            endProgram(program, host, update, id, end, boot, life)
        case .hostUp(let host, let boot, let kind): comeUp(host, boot, kind)
        case .agentUp(let host):
            if let index = pool.host(host) { pool.hosts[index].agentStart = now - pool.hosts[index].clockSetBack }
        case .supervise: supervise()
        case .hand: lendAHand()
        case .word: speak()
        case .cancel:
            // An operator whose word was not acknowledged says it again.
            if controller != nil { say(.cancel) }
            if controller == nil { events.add(.cancel, at: now + 60) }
        case .death(let host): if let index = pool.host(host) { dies(index) }
        case .restartActs(let host, let boot, let life): actOnRestart(host, boot, life)
        case .secondBoot(let host, let boot): bootAgain(host, boot)
        case .stranger: meddle()
        case .pause: pause()
        case .withdrawal: withdrawUpdate()
        case .controllerStops: stopController()
        case .clockJump: skew += Int64(random.within(-7200...7200))
        }
        meetFate()
        checkAlways()
    }

    /// A host that is to die in a certain phase of the run.
    private func meetFate() {
        guard let death = scenario.death, let machine,
            machine.hosts.contains(where: { $0.id == death.whenHost && $0.phase == death.isIn })
        else { return }
        scenario.death = nil
        hasMetFate = true
        if let index = pool.host(death.host) { dies(index) }
    }

    private func observe(_ id: OperationID) {
        guard pool.master?.isUp ?? false else { return receive(id, .unreachable("the master does not answer.")) }
        // A look that comes twice tells the controller nothing the second time.
        if controller != nil, looks.insert(id).inserted { seeAll() }
        receive(id, .pool(pool.view(at: now, updates: updates)))
        guard ledger.ranAtFirst == nil, let machine, !machine.view.hosts.isEmpty else { return }
        let running = pool.vms.filter { $0.power == .running }
        ledger.ranAtFirst = Dictionary(running.map { ($0.id, $0.name) }) { first, _ in first }
    }

    func receive(_ id: OperationID, _ outcome: Outcome) {
        guard controller != nil else { return }
        deliver(.result(id, outcome, at: moment))
    }
}
