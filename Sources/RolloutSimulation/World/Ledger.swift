import Rollout

/// What the world itself knows of a run: which words were heard, what hosts were asked for, and what became of it. A run is
/// judged by this, and never by what it remembers of itself.
struct Ledger {
    // Words, once they are on the journal's disk.
    var isPaused = false
    /// Stopped after its hosts, or cancelled: no host begins any more.
    var isStopping = false
    var isCancelled = false
    var hasProceeded = false
    var approved: Set<String> = []
    var skipped: Set<String> = []
    var retried: Set<String> = []

    // Hosts, as the run has shown them.
    var phases: [String: HostPhase] = [:]
    var begun: Set<String> = []
    /// Something was applied to them, or they were asked to restart.
    var touched: Set<String> = []
    /// Hosts that the run itself has restarted.
    var restarted: Set<String> = []
    /// When a host was back in service with the update.
    var doneAt: [String: Int64] = [:]
    var failed: Set<String> = []

    // What was asked for.
    /// The last answer of each gate.
    var gates: [String: (isGreen: Bool, at: Int64)] = [:]
    /// The update for which a host's package has passed its precheck, and that was not begun since.
    var prechecked: [String: String] = [:]
    /// Hosts that said that the pool would no longer install there what the run has pinned.
    var withdrawn: Set<String> = []
    /// The VMs that the last look at a host has shown on it.
    var residents: [String: [String]] = [:]
    /// When a host was last looked at.
    var lookedAt: [String: Int64] = [:]
    /// Plans in a row without anything that came of them.
    var fruitlessPlans = 0
    var payments: [Debt: Int] = [:]
    /// Moves that the run asked for and that arrived, by VM; and the VMs of which the run was told something else.
    var moves: [String: Int] = [:]
    var toldWrong: Set<String> = []
    /// The VMs that ran when the run first looked at the pool, by their names of then.
    var ranAtFirst: [String: String]?
    /// VMs that were stopped for the run.
    var stopped: Set<String> = []

    /// Takes a word that was heard.
    mutating func hear(_ word: OperatorWord, _ machine: RolloutMachine) {
        fruitlessPlans = 0
        switch word {
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .stopAfterHost: isStopping = true
        case .cancel: (isStopping, isCancelled) = (true, true)
        case .approve(let host): approved.insert(host)
        case .proceed: if machine.stage == .barrier { hasProceeded = true }
        case .skip(let host): if machine.refusal(of: word) == nil { skipped.insert(host) }
        case .retry(let host): if machine.refusal(of: word) == nil { retried.insert(host) }
        case .fixAll, .consent, .pay: break
        }
    }

    /// Takes what the run asks for.
    mutating func take(_ action: Action) {
        switch action {
        case .apply(_, let host):
            touched.insert(host)
            prechecked[host] = nil
        case .restartHost(let host, _), .restartAgent(let host, _):
            touched.insert(host)
            restarted.insert(host)
        case .plan(let request): fruitlessPlans += request.isCheck || request.reason == Self.forecast ? 0 : 1
        case .pay(let debt): payments[debt, default: 0] += 1
        default: break
        }
    }

    private static let forecast = "to see whether there is one"
}
