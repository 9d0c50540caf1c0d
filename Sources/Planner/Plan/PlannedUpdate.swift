/// A plan with the checker's figures and the bounds beside them.
public struct PlannedUpdate: Sendable {
    public var plan: UpdatePlan
    /// The independent checker's replay of the plan.
    public var report: PlanReport
    public var certificate: Certificate
    public var waves: [Wave]
    /// The trade-off between window and moves, by prepared hosts.
    public var curve: [CurvePoint]
    /// Hosts that are emptied before the window opens, the master included.
    public var preparedHosts: Int
    /// Passes that the search made.
    public var passes: Int
    /// Looks at VMs and decisions about them in all passes: the search's work, which does not depend on the machine.
    public var looks = 0
    public var policy: Planner.Policy
    /// Hosts that stay as they are although they want the update.
    public var leftOut: [LeftOut] = []

    /// Mixed state over its best lower bound; nil when there is no bound, as for a plan that leaves hosts out.
    public var ratio: Double? {
        let bound = certificate.mixedSeconds
        return bound > 0 ? Double(report.mixedSeconds) / Double(bound) : nil
    }
}

/// A host that wants the update and can not have it, because of a VM that can neither move nor stop.
public struct LeftOut: Sendable, Equatable {
    /// The host's id.
    public var host: String
    /// Why, as one sentence.
    public var reason: String
    /// What would let it take part, where that is known.
    public var way: UnblockSet?
}

/// The best window that was found for a number of prepared hosts.
public struct CurvePoint: Sendable, Equatable {
    public var preparedHosts: Int
    public var mixedSeconds: Int
    public var migrations: Int
    public var movedMiB: Int
}

/// Hosts that are down together: each starts before the first of them is back.
public struct Wave: Sendable, Equatable {
    public var hosts: [String]
    /// First start and last return, seconds from the plan's start.
    public var start: Int
    public var end: Int
    /// Live migrations that begin before this wave's start and after the wave before.
    public var movesBefore = 0

    /// The waves of a plan in the order of time.
    public static func waves(of plan: UpdatePlan, in instance: UpdateInstance) -> [Wave] {
        var seconds: [String: Int] = [:]
        for host in instance.hosts { seconds[host.id] = host.apply + host.reboot }
        var updates: [(start: Int, end: Int, host: String)] = []
        var moves: [Int] = []
        for step in plan.steps {
            switch step.action {
            case .update(let host): updates.append((step.start, step.start + (seconds[host] ?? 0), host))
            case .migrate: moves.append(step.start)
            default: break
            }
        }
        updates.sort { ($0.start, $0.host) < ($1.start, $1.host) }
        moves.sort()
        var waves: [Wave] = []
        var firstReturn = 0
        for update in updates {
            if !waves.isEmpty, update.start < firstReturn {
                waves[waves.count - 1].hosts.append(update.host)
                waves[waves.count - 1].end = max(waves[waves.count - 1].end, update.end)
                firstReturn = min(firstReturn, update.end)
            } else {
                waves.append(Wave(hosts: [update.host], start: update.start, end: update.end))
                firstReturn = update.end
            }
        }
        var position = 0
        for index in waves.indices {
            let before = position
            while position < moves.count, moves[position] <= waves[index].start { position += 1 }
            waves[index].movesBefore = position - before
        }
        return waves
    }
}
