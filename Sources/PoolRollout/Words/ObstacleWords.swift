import Planner
public import PoolDatabase
public import PoolOperations
import XenAPI

/// What ``VMObstacles`` holds against moving or stopping a VM, as second halves of sentences.
public enum ObstacleWords {
    /// Everything that stays in the way of an operation; empty where nothing does.
    public static func all(against operation: VMOperation, on vm: Row, in snapshot: Snapshot) -> [String] {
        VMObstacles.lastingReasons(against: operation, on: vm, in: snapshot).map(words)
    }

    /// Everything that stays in the way of an operation; nil where nothing does.
    static func clause(against operation: VMOperation, on vm: Row, in snapshot: Snapshot) -> String? {
        let reasons = all(against: operation, on: vm, in: snapshot)
        return reasons.isEmpty ? nil : reasons.joined(separator: ", and ")
    }

    /// Everything that ties a VM to its host: nil where nothing does.
    static func ties(_ facts: UpdateInstance.VM, _ vm: Row, in snapshot: Snapshot) -> [String]? {
        let reasons = VMObstacles.lastingReasons(against: .poolMigrate, on: vm, in: snapshot).map(words)
        let all = reasons + facts.pins.compactMap(words)
        return all.isEmpty ? nil : all
    }

    private static func words(_ reason: APIError) -> String {
        switch reason.code {
        case "OPERATION_BLOCKED":
            let text = reason.parameters.count > 1 ? reason.parameters[1] : ""
            return text.isEmpty ? "its owner forbids it (blocked-operations)" : "its owner forbids it (\(text))"
        case "VM_IS_TEMPLATE": return "it is called a template (is-a-template)"
        case "VM_MISSING_PV_DRIVERS": return "it has no paravirtual drivers"
        case "VM_HAS_PCI_ATTACHED": return "it uses a device of the host"
        case "VM_NO_SUSPEND_SR": return "it has no place for its memory while it is suspended (suspend-SR-uuid)"
        default: return reason.code
        }
    }

    /// Of storage and networks; the others are told by ``VMObstacles``.
    private static func words(_ pin: UpdateInstance.PinReason) -> String? {
        switch pin {
        case .media: "a disc in its drive is seen by that host only"
        case .localDisk: "it has a disk on local storage"
        case .network: "it uses a network that only that host has"
        case .device, .drivers, .blocked: nil
        }
    }
}
