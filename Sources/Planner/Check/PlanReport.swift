/// What the checker found: every broken rule, and the plan's figures as they come out of the replay.
public struct PlanReport: Sendable, Equatable {
    /// Broken rules in the order of time, at most ``PlanChecker/mostViolations``; empty for a valid plan.
    public var violations: [Violation] = []
    /// From the first start of an update to the last end of one, seconds.
    public var mixedSeconds = 0
    /// From the plan's start to the end of its last step, seconds.
    public var totalSeconds = 0
    /// Live migrations, in all and of the VM that moves most.
    public var migrations = 0
    public var mostMigrationsOfOneVM = 0
    /// Memory of the migrated VMs, MiB; a VM that moves twice counts twice.
    public var movedMiB = 0
    /// VMs that are suspended or shut down for some time, and the sum of those times in seconds.
    public var stoppedVMs = 0
    public var downtimeSeconds = 0
    /// Most hosts updating at once.
    public var mostParallel = 0
    /// Used part of the fullest host's memory at the end, 0...1.
    public var fullestAtEnd = 0.0
    /// Standard deviation of the hosts' used parts of memory at the end, 0 when all are used alike.
    public var spreadAtEnd = 0.0
    /// Hosts that the plan leaves without the update although they want it (only with a deadline).
    public var hostsLeft = 0

    /// Whether no rule is broken.
    public var isValid: Bool { violations.isEmpty }

    /// One broken rule.
    public struct Violation: Sendable, Equatable, CustomStringConvertible {
        /// Seconds from the plan's start.
        public var time: Int
        /// What is wrong, with the host, the VM and the numbers.
        public var message: String

        public var description: String { "at \(time) s: \(message)" }
    }
}
