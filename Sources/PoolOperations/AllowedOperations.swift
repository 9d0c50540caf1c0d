public import PoolDatabase
import XenAPI

/// What may be done with an object now: worked out when it is read, never stored.
public enum AllowedOperations {
    /// Fills in `allowed_operations` of an object of a class that has them.
    public static func fill(_ row: Row, in snapshot: Snapshot) -> Row {
        switch row.schema.name {
        case "host": row.setting("allowed_operations", .strings(host(row, in: snapshot)))
        case "VM": row.setting("allowed_operations", .strings(vm(row, in: snapshot)))
        default: row
        }
    }

    static func host(_ host: Row, in snapshot: Snapshot) -> [String] {
        let running = Set((host["current_operations"].members ?? []).compactMap(\.value.text))
        let creating = ["provision", "vm_resume", "vm_migrate"]
        let removing = ["evacuate", "reboot", "shutdown"]
        var allowed = [
            "provision", "evacuate", "reboot", "shutdown", "vm_start", "vm_resume", "vm_migrate", "power_on",
        ]
        func forbid(_ operations: [String]) { allowed.removeAll(where: operations.contains) }
        if !running.isDisjoint(with: removing) { forbid(creating) }
        if !running.isDisjoint(with: creating) { forbid(removing) }
        if !running.isDisjoint(with: ["reboot", "shutdown"]) { forbid(["reboot", "shutdown"]) }
        if running.contains("provision") { forbid(["provision"]) }
        if host.bool("enabled") { forbid(["reboot", "shutdown"]) }
        if snapshot.isLive(host) { forbid(["power_on"]) }
        return allowed
    }

    static func vm(_ vm: Row, in snapshot: Snapshot) -> [String] {
        VMObstacles.allowed(on: vm, in: snapshot).map(\.rawValue)
    }
}
