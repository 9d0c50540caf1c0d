import PoolDatabase
public import XenAPI

/// A VM's memory settings, in bytes; nil where one stays as it is.
public struct MemorySettings: Sendable {
    /// The least and the most that it can ever have; these change only while it is halted.
    public var staticMin, staticMax: Int64?
    /// The least and the most that it has while it runs.
    public var dynamicMin, dynamicMax: Int64?

    /// Creates settings.
    public init(staticMin: Int64? = nil, dynamicMin: Int64? = nil, dynamicMax: Int64? = nil, staticMax: Int64? = nil) {
        (self.staticMin, self.dynamicMin, self.dynamicMax, self.staticMax) = (
            staticMin, dynamicMin, dynamicMax, staticMax
        )
    }
}

extension Pool {
    /// `VM.set_memory_…`: changes a VM's memory settings together.
    ///
    /// - Throws: `VM_BAD_POWER_STATE` for static ones of a VM that is not halted; `MEMORY_CONSTRAINT_VIOLATION` unless
    ///   0 ≤ static min ≤ dynamic min ≤ dynamic max ≤ static max.
    public func setMemory(of vm: Ref, _ new: MemorySettings) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("VM", vm)
            if new.staticMin != nil || new.staticMax != nil, row.string("power_state") != "Halted" {
                throw APIError("VM_BAD_POWER_STATE", [vm.rawValue, "halted", row.string("power_state").lowercased()])
            }
            let sizes = [
                ("memory_static_min", new.staticMin), ("memory_dynamic_min", new.dynamicMin),
                ("memory_dynamic_max", new.dynamicMax), ("memory_static_max", new.staticMax),
            ].map { (field: $0.0, bytes: $0.1 ?? row.int($0.0)) }
            guard sizes[0].bytes >= 0, zip(sizes, sizes.dropFirst()).allSatisfy({ $0.bytes <= $1.bytes }) else {
                throw APIError(
                    "MEMORY_CONSTRAINT_VIOLATION",
                    ["0 <= static_min <= dynamic_min <= dynamic_max <= static_max"]
                )
            }
            for size in sizes { try transaction.set("VM", vm, size.field, .int(size.bytes)) }
            try Self.reckonOverhead(of: vm, &transaction)
            try MemoryAccounting.refresh(&transaction)
        }
    }

    /// `VM.set_VCPUs_max`, `VM.set_VCPUs_at_startup`: at least one, and not more at the start than at most.
    ///
    /// - Throws: `VALUE_NOT_SUPPORTED`; `VM_BAD_POWER_STATE` unless the VM is halted.
    public func setVCPUs(of vm: Ref, atStartup: Int64? = nil, max: Int64? = nil) async throws(APIError) {
        try await database.transaction { transaction throws(APIError) in
            let row = try transaction.snapshot.require("VM", vm)
            guard row.string("power_state") == "Halted" else {
                throw APIError("VM_BAD_POWER_STATE", [vm.rawValue, "halted", row.string("power_state").lowercased()])
            }
            let (least, most) = (atStartup ?? row.int("VCPUs_at_startup"), max ?? row.int("VCPUs_max"))
            guard least > 0, least <= most else {
                let field = max == nil ? "VCPUs_at_startup" : "VCPUs_max"
                throw APIError(
                    "VALUE_NOT_SUPPORTED",
                    [field, String(max ?? least), "there is at least 1, and VCPUs_at_startup <= VCPUs_max"]
                )
            }
            try transaction.set("VM", vm, "VCPUs_at_startup", .int(least))
            try transaction.set("VM", vm, "VCPUs_max", .int(most))
            try Self.reckonOverhead(of: vm, &transaction)
        }
    }

    private static func reckonOverhead(of vm: Ref, _ transaction: inout Transaction) throws(APIError) {
        let overhead = MemoryAccounting.overhead(of: try transaction.snapshot.require("VM", vm))
        try transaction.set("VM", vm, "memory_overhead", .int(overhead))
    }
}
