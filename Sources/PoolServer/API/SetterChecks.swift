import Hosts
import PoolDatabase
import XenAPI

/// What xapi looks at before it sets a field, beyond the value's type. All setters ask here, whatever door they came by.
enum SetterChecks {
    private typealias Check = @Sendable (Row, Value, Snapshot) throws(APIError) -> Void

    /// - Throws: why a field of an object may not hold a value, or not now.
    static func assertMaySet(_ field: String, of row: Row, to value: Value, in snapshot: Snapshot) throws(APIError) {
        guard let check = checks["\(row.schema.name).\(field)"] else { return }
        try check(row, value, snapshot)
    }

    private static let checks: [String: Check] = [
        "VM.is_a_template": { vm, value, _ throws(APIError) in
            guard value == .bool(true), !vm.bool("is_a_template") else { return }
            guard !vm.bool("is_control_domain") else {
                throw APIError("OPERATION_NOT_ALLOWED", ["A control domain can not be a template."])
            }
            try assertHalted(vm)
        },
        "VM.HVM_shadow_multiplier": { _, value, _ throws(APIError) in
            guard case .float(let factor) = value, factor.isFinite, factor >= 1 else {
                throw AcceptedValues.invalid("HVM_shadow_multiplier", ColumnText.encode(value))
            }
        },
        "VM.start_delay": notNegative("start_delay"),
        "VM.shutdown_delay": notNegative("shutdown_delay"),
        "VM.order": notNegative("order"),
        "VM.ha_restart_priority": { _, value, _ throws(APIError) in
            let words = ["", "restart", "best-effort", "0", "1", "2", "3"]
            guard words.contains(value.text ?? "") else {
                throw AcceptedValues.invalid("ha_restart_priority", value.text ?? "")
            }
        },
        "VBD.mode": { vbd, _, snapshot throws(APIError) in
            if let vm = snapshot.row("VM", vbd.ref("VM")) { try assertHalted(vm) }
        },
        "host.hostname": { host, value, snapshot throws(APIError) in
            let others = snapshot.rows("host").filter { $0.ref != host.ref }.map { $0.string("hostname") }
            if let problem = HostName.problem(with: value.text ?? "", beside: others) {
                throw APIError("HOST_NAME_INVALID", ["It can not be called so: \(problem)."])
            }
        },
    ]

    /// - Throws: `VM_BAD_POWER_STATE` for a VM that is not halted.
    static func assertHalted(_ vm: Row) throws(APIError) {
        let state = vm.string("power_state")
        guard state == "Halted" else {
            throw APIError("VM_BAD_POWER_STATE", [vm.ref.rawValue, "halted", state.lowercased()])
        }
    }

    private static func notNegative(_ field: String) -> Check {
        { _, value, _ throws(APIError) in
            guard case .int(let number) = value, number >= 0 else {
                throw AcceptedValues.invalid(field, ColumnText.encode(value))
            }
        }
    }
}
