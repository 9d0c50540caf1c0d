import PoolDatabase
import XenAPI

/// The fields that runs read most, by name and type.
extension Row {
    /// Of a VM: `Running`, `Halted`, `Suspended` or `Paused`.
    var powerState: String { string("power_state") }
    /// Of a VM: the host that it runs on; null where it does not run.
    var residentOn: Ref { ref("resident_on") }
    /// Of a host: whether VMs may start there.
    var isEnabled: Bool { bool("enabled") }
    /// Of a VM: whether it is none, but what others are made of.
    var isTemplate: Bool { bool("is_a_template") }
}
