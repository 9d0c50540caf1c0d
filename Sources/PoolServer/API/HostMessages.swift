import PoolDatabase
import PoolOperations
import XenAPI

extension Messages {
    /// Messages on hosts.
    static let hosts: [String: API.Handler] = [
        "host.disable": { call throws(APIError) in
            try await call.api.pool.disable(call.arguments.ref(0))
            return .void
        },
        "host.enable": { call throws(APIError) in
            try await call.api.pool.enable(call.arguments.ref(0))
            return .void
        },
        "host.evacuate": { call throws(APIError) in
            try await call.api.pool.evacuate(call.arguments.ref(0), operation: call.task, progress: call.progress)
            return .void
        },
        "host.reboot": { call throws(APIError) in
            try await call.api.pool.reboot(call.arguments.ref(0), operation: call.task)
            return .void
        },
        "host.shutdown": { call throws(APIError) in
            try await call.api.pool.shutdown(call.arguments.ref(0), operation: call.task)
            return .void
        },
        "host.power_on": { call throws(APIError) in
            try await call.api.pool.powerOn(call.arguments.ref(0))
            return .void
        },
        "host.restart_agent": { call throws(APIError) in
            try await call.api.pool.restartAgent(call.arguments.ref(0))
            return .void
        },
        "host.assert_can_evacuate": { call throws(APIError) in
            let plan = EvacuationPlan(emptying: try call.host, in: call.snapshot)
            guard plan.problems.isEmpty else {
                let reasons = plan.problems.map { $0.error.description.joined(separator: ",") }
                throw APIError("CANNOT_EVACUATE_HOST", [reasons.joined(separator: "|")])
            }
            return .void
        },
        "host.get_vms_which_prevent_evacuation": { call throws(APIError) in
            let plan = EvacuationPlan(emptying: try call.host, in: call.snapshot)
            return .map(plan.problems.map { Value.Member($0.vm.rawValue, .strings($0.error.description)) })
        },
        "host.compute_free_memory": { call throws(APIError) in
            .int(MemoryAccounting.free(try call.host, in: call.snapshot))
        },
        "host.compute_memory_overhead": { call throws(APIError) in .int(try call.host.int("memory_overhead")) },
        "host.is_in_emergency_mode": { _ throws(APIError) in .bool(false) },
        "host.get_uncooperative_resident_VMs": { call throws(APIError) in
            _ = try call.host
            return .strings([])
        },
        "host.list_methods": { call throws(APIError) in .strings(call.api.methods.names) },
        "host.get_servertime": { call throws(APIError) in .date(call.api.pool.now()) },
    ]
}

extension API.Call {
    /// The host that the first argument names.
    fileprivate var host: Row {
        get throws(APIError) { try snapshot.require("host", arguments.ref(0)) }
    }
}
