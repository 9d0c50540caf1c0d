/// Replays a plan second by second and names every rule that it breaks.
///
/// The checker is written apart from the planner and shares nothing with it but ``UpdateInstance`` and ``UpdatePlan``,
/// so that an error in one does not hide in the other. Its rules are those of `pool-update-plan/1`, and beside them
/// the instance's own: order, canary, availability and deadline.
public struct PlanChecker {
    /// Violations after which nothing more is noted.
    public static let mostViolations = 50

    let instance: UpdateInstance
    private let names: Names

    /// Prepares a checker for one instance, which must be valid.
    public init(_ instance: UpdateInstance) {
        self.instance = instance
        names = Names(instance)
    }

    /// Checks a plan for an instance.
    public static func check(_ plan: UpdatePlan, for instance: UpdateInstance) -> PlanReport {
        PlanChecker(instance).check(plan)
    }

    /// Checks one plan.
    public func check(_ plan: UpdatePlan) -> PlanReport {
        var replay = Replay(instance, names)
        replay.run(plan)
        return replay.report
    }
}

/// Ids turned into positions once.
struct Names {
    var hosts: [String: Int] = [:]
    var vms: [String: Int] = [:]

    init(_ instance: UpdateInstance) {
        hosts.reserveCapacity(instance.hosts.count)
        vms.reserveCapacity(instance.vms.count)
        for (index, host) in instance.hosts.enumerated() { hosts[host.id] = index }
        for (index, vm) in instance.vms.enumerated() { vms[vm.id] = index }
    }
}
