import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

extension Messages {
    /// Messages on virtual machines.
    static let virtualMachines = powerMessages.merging(vmSettings) { $1 }.merging(vmQuestions) { $1 }

    private static let powerMessages: [String: API.Handler] = [
        "VM.pool_migrate": { call throws(APIError) in
            try await call.api.pool.migrate(
                call.arguments.ref(0),
                to: call.arguments.ref(1),
                operation: call.task,
                progress: call.progress
            )
            return .void
        },
        "VM.start": onVM { call, vm throws(APIError) in
            try await call.api.pool.start(vm, paused: call.arguments.bool(1))
        },
        "VM.start_on": onVM { call, vm throws(APIError) in
            try await call.api.pool.start(vm, on: call.arguments.ref(1), paused: call.arguments.bool(2))
        },
        "VM.resume": onVM { call, vm throws(APIError) in
            try await call.api.pool.start(vm, resuming: true, paused: call.arguments.bool(1))
        },
        "VM.resume_on": onVM { call, vm throws(APIError) in
            try await call.api.pool.start(vm, on: call.arguments.ref(1), resuming: true, paused: call.arguments.bool(2))
        },
        "VM.clean_shutdown": onVM { call, vm throws(APIError) in try await call.api.pool.shutDown(vm, hard: false) },
        "VM.hard_shutdown": onVM { call, vm throws(APIError) in try await call.api.pool.shutDown(vm, hard: true) },
        "VM.clean_reboot": onVM { call, vm throws(APIError) in try await call.api.pool.reboot(vm: vm, hard: false) },
        "VM.hard_reboot": onVM { call, vm throws(APIError) in try await call.api.pool.reboot(vm: vm, hard: true) },
        "VM.suspend": onVM { call, vm throws(APIError) in try await call.api.pool.suspend(vm) },
        "VM.pause": onVM { call, vm throws(APIError) in try await call.api.pool.setPaused(true, vm: vm) },
        "VM.unpause": onVM { call, vm throws(APIError) in try await call.api.pool.setPaused(false, vm: vm) },
        "VM.power_state_reset": onVM { call, vm throws(APIError) in try await call.api.pool.resetPowerState(of: vm) },
    ]

    /// Settings that are more than the setting of a field.
    private static let vmSettings: [String: API.Handler] = [
        "VM.set_memory_static_max": memory { .init(staticMax: $0.int(1)) },
        "VM.set_memory_static_min": memory { .init(staticMin: $0.int(1)) },
        "VM.set_memory_dynamic_max": memory { .init(dynamicMax: $0.int(1)) },
        "VM.set_memory_dynamic_min": memory { .init(dynamicMin: $0.int(1)) },
        "VM.set_memory_dynamic_range": memory { .init(dynamicMin: $0.int(1), dynamicMax: $0.int(2)) },
        "VM.set_memory_static_range": memory { .init(staticMin: $0.int(1), staticMax: $0.int(2)) },
        "VM.set_memory_limits": memory {
            .init(staticMin: $0.int(1), dynamicMin: $0.int(3), dynamicMax: $0.int(4), staticMax: $0.int(2))
        },
        "VM.set_memory_target_live": memory { .init(dynamicMin: $0.int(1), dynamicMax: $0.int(1)) },
        "VM.wait_memory_target_live": onVM { _, _ throws(APIError) in },
        "VM.set_VCPUs_max": onVM { call, vm throws(APIError) in
            try await call.api.pool.setVCPUs(of: vm, max: call.arguments.int(1))
        },
        "VM.set_VCPUs_at_startup": onVM { call, vm throws(APIError) in
            try await call.api.pool.setVCPUs(of: vm, atStartup: call.arguments.int(1))
        },
        "VM.set_ha_restart_priority": setting("ha_restart_priority"),
        "VM.set_ha_always_run": setting("ha_always_run"),
        "VM.set_start_delay": setting("start_delay"),
        "VM.set_shutdown_delay": setting("shutdown_delay"),
        "VM.set_order": setting("order"),
        "VM.set_HVM_shadow_multiplier": shadowMultiplier { vm throws(APIError) in try SetterChecks.assertHalted(vm) },
        "VM.set_shadow_multiplier_live": shadowMultiplier { vm throws(APIError) in
            let state = vm.string("power_state")
            guard state == "Running" else {
                throw APIError("VM_BAD_POWER_STATE", [vm.ref.rawValue, "running", state.lowercased()])
            }
        },
    ]

    private static let vmQuestions: [String: API.Handler] = [
        "VM.assert_can_boot_here": onVM { call, vm throws(APIError) in
            try call.api.pool.assertCanBoot(vm, on: call.arguments.ref(1))
        },
        "VM.get_possible_hosts": { call throws(APIError) in
            .strings(try call.api.pool.possibleHosts(for: call.arguments.ref(0)).map(\.rawValue))
        },
        "VM.assert_agile": onVM { call, vm throws(APIError) in
            try EvacuationPlan.assertAgile(try call.snapshot.require("VM", vm), in: call.snapshot)
        },
        "VM.assert_operation_valid": onVM { call, vm throws(APIError) in
            let row = AllowedOperations.fill(try call.snapshot.require("VM", vm), in: call.snapshot)
            let operation = call.arguments.string(1)
            guard row.texts("allowed_operations").contains(operation) else {
                throw APIError(
                    "OPERATION_NOT_ALLOWED",
                    ["\(operation) can not be done while the VM is \(row.string("power_state").lowercased())."]
                )
            }
        },
        // They are worked out whenever they are read.
        "VM.update_allowed_operations": onVM { _, _ throws(APIError) in },
        "VM.compute_memory_overhead": { call throws(APIError) in
            .int(MemoryAccounting.overhead(of: try call.snapshot.require("VM", call.arguments.ref(0))))
        },
        "VM.get_cooperative": { call throws(APIError) in
            _ = try call.snapshot.require("VM", call.arguments.ref(0))
            return .bool(true)
        },
        "VM.get_allowed_VBD_devices": { call throws(APIError) in
            .strings(FreeDevices.disks(of: try call.snapshot.require("VM", call.arguments.ref(0)), in: call.snapshot))
        },
        "VM.get_allowed_VIF_devices": { call throws(APIError) in
            .strings(
                FreeDevices.interfaces(of: try call.snapshot.require("VM", call.arguments.ref(0)), in: call.snapshot)
            )
        },
    ]

    /// A message that does something with the VM that its first argument names.
    private static func onVM(
        _ body: @escaping @Sendable (API.Call, Ref) async throws(APIError) -> Void
    ) -> API.Handler {
        { call throws(APIError) in
            let vm = call.arguments.ref(0)
            _ = try call.snapshot.require("VM", vm)
            try await body(call, vm)
            return .void
        }
    }

    private static func memory(_ settings: @escaping @Sendable (Arguments) -> MemorySettings) -> API.Handler {
        onVM { call, vm throws(APIError) in try await call.api.pool.setMemory(of: vm, settings(call.arguments)) }
    }

    private static func setting(_ name: String) -> API.Handler {
        onVM { call, vm throws(APIError) in
            guard let field = call.method.model.field(name) else { throw .fieldTypeError(name) }
            let value = call.arguments[1]
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                try GenericMessages.assign(value, to: field, of: vm, "VM", &transaction)
            }
        }
    }

    /// Sets the factor on shadow memory, and reckons anew what the VM costs its host.
    private static func shadowMultiplier(
        _ assertState: @escaping @Sendable (Row) throws(APIError) -> Void
    ) -> API.Handler {
        onVM { call, vm throws(APIError) in
            guard let field = call.method.model.field("HVM_shadow_multiplier") else { throw .fieldTypeError("value") }
            let value = call.arguments[1]
            try await call.api.pool.database.transaction { transaction throws(APIError) in
                try assertState(try transaction.snapshot.require("VM", vm))
                try GenericMessages.assign(value, to: field, of: vm, "VM", &transaction)
                let overhead = MemoryAccounting.overhead(of: try transaction.snapshot.require("VM", vm))
                try transaction.set("VM", vm, "memory_overhead", .int(overhead))
            }
        }
    }
}

/// The device numbers that no device of a VM has.
enum FreeDevices {
    static func disks(of vm: Row, in snapshot: Snapshot) -> [String] {
        free(vm, "VBD", "VBDs", "userdevice", count: 16, snapshot)
    }

    static func interfaces(of vm: Row, in snapshot: Snapshot) -> [String] {
        free(vm, "VIF", "VIFs", "device", count: 7, snapshot)
    }

    private static func free(
        _ vm: Row,
        _ table: String,
        _ mirror: String,
        _ field: String,
        count: Int,
        _ snapshot: Snapshot
    ) -> [String] {
        let taken = Set(
            snapshot.pointing(at: vm.ref, "VM", mirror).compactMap { snapshot.row(table, $0)?.string(field) }
        )
        return (0..<count).map(String.init).filter { !taken.contains($0) }
    }
}
