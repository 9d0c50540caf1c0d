/// What can be done with a VM, by the names that XenAPI gives it in `allowed_operations`, `current_operations` and
/// `blocked_operations`.
public enum VMOperation: String, Sendable, CaseIterable {
    case poolMigrate = "pool_migrate"
    case cleanShutdown = "clean_shutdown"
    case cleanReboot = "clean_reboot"
    case resume
    case resumeOn = "resume_on"
    case unpause
    case hardShutdown = "hard_shutdown"
    case hardReboot = "hard_reboot"
    case suspend
    case pause
    case start
    case startOn = "start_on"

    /// The values of `power_state` in which it can begin.
    var states: [String] {
        switch self {
        case .start, .startOn: ["Halted"]
        case .resume, .resumeOn: ["Suspended"]
        case .unpause: ["Paused"]
        case .hardShutdown: ["Running", "Paused", "Suspended"]
        case .hardReboot: ["Running", "Paused"]
        case .poolMigrate, .cleanShutdown, .cleanReboot, .suspend, .pause: ["Running"]
        }
    }

    /// Whether the guest takes part in it, which a fully virtualized one can only with paravirtual drivers.
    var needsGuest: Bool {
        switch self {
        case .poolMigrate, .cleanShutdown, .cleanReboot, .suspend: true
        default: false
        }
    }

    /// Whether the VM's memory leaves its host, to which a device of the host can not follow.
    var takesMemoryAway: Bool { self == .poolMigrate || self == .suspend }
}
