/// Something that the run wants done. The shell does it and hands the outcome back as an input.
public struct Effect: Hashable, Sendable {
    public let id: OperationID
    public let action: Action
    /// True after a restart of the controller: find out what became of it, wait for its end where it goes on, answer
    /// ``Outcome/lost`` where it never began; do not begin it.
    public let isQuestion: Bool
}

/// What is to be done.
public enum Action: Hashable, Sendable {
    /// Look at the whole pool.
    case observe
    /// Check the rest of the plan against the pool as it is, or make a new one.
    case plan(PlanRequest)
    case fix(Fix)
    case pay(Debt)
    /// Look at one host.
    case inspect(host: String)
    case disable(host: String)
    case move(vm: String, from: String, to: String)
    case stop(ConsentedStop, host: String)
    case precheck(update: String, host: String)
    case apply(update: String, host: String)
    /// Restart a host, unless its boot id is another already. Refused while a VM runs on it.
    case restartHost(host: String, bootID: String)
    /// Restart a host's agent, unless it started later than this.
    case restartAgent(host: String, startedAt: Int64)
    case plugStorage(host: String)
    case check(Gate)
    /// Ask the pool itself which VMs can not leave a host.
    case judgeEvacuation(host: String)
    /// Break off a migration.
    case abort(OperationID)

    /// Whether doing it again does no harm and tells the truth of now.
    var isQuery: Bool {
        switch self {
        case .observe, .plan, .inspect, .check, .judgeEvacuation, .abort: true
        default: false
        }
    }

    /// The host that is busy with it, where it is one.
    var host: String? {
        switch self {
        case .inspect(let host), .disable(let host), .precheck(_, let host), .apply(_, let host),
            .restartHost(let host, _), .restartAgent(let host, _), .plugStorage(let host), .pay(.hostEnabled(let host)),
            .pay(.hostDisabled(let host)), .judgeEvacuation(let host):
            host
        default: nil
        }
    }

    /// Whether it is a live migration, which can be broken off.
    var isMigration: Bool {
        switch self {
        case .move, .pay(.vmHome): true
        default: false
        }
    }

    /// Whether the pool as a whole is asked or changed.
    var isPoolWide: Bool {
        switch self {
        case .observe, .plan, .fix, .check: true
        default: false
        }
    }
}

extension Action: CustomStringConvertible {
    /// The words of the journal.
    public var description: String {
        switch self {
        case .observe: "observe"
        case .plan: "plan"
        case .fix(let fix): "fix \(fix)"
        case .pay(let debt): "pay \(debt)"
        case .inspect(let host): "inspect \(host)"
        case .disable(let host): "disable \(host)"
        case .move(let vm, let from, let to): "move \(vm) \(from) \(to)"
        case .stop(let stop, let host): "\(stop.consent.way.rawValue) \(stop.consent.vm) on \(host)"
        case .precheck(let update, let host): "precheck \(update) \(host)"
        case .apply(let update, let host): "apply \(update) \(host)"
        case .restartHost(let host, let bootID): "restart \(host) unless-not \(bootID)"
        case .restartAgent(let host, _): "restart-agent \(host)"
        case .plugStorage(let host): "plug-storage \(host)"
        case .check(let gate): "check \(gate.name)"
        case .judgeEvacuation(let host): "judge-evacuation \(host)"
        case .abort(let operation): "abort \(operation.number)"
        }
    }
}
