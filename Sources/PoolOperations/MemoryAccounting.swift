import PoolDatabase
import XenAPI

/// How much memory a VM needs and a host has left, as xapi reckons it. All sizes in bytes.
public enum MemoryAccounting {
    private static let mebibyte: Int64 = 1 << 20

    /// What a VM costs a host beyond its own memory: domain structures and shadow page tables.
    ///
    /// - Parameters:
    ///   - isHVM: whether the guest boots with full virtualization.
    ///   - vcpus: `VCPUs_max`.
    ///   - staticMax: `memory_static_max` in bytes.
    ///   - shadowMultiplier: `HVM_shadow_multiplier`; 1 for a paravirtual guest.
    public static func overhead(isHVM: Bool, vcpus: Int64, staticMax: Int64, shadowMultiplier: Double) -> Int64 {
        let staticMaxMiB = (staticMax + mebibyte - 1) / mebibyte
        let shadowPages = 256 * vcpus + 2 * staticMaxMiB
        let shadowMiB = (shadowPages * 4096 + mebibyte - 1) / mebibyte
        let shadow = max(1, Int64(Double(shadowMiB) * (isHVM ? shadowMultiplier : 1)))
        return ((isHVM ? 1 : 0) + 1 + shadow) * mebibyte
    }

    /// What a VM costs a host beyond its own memory.
    public static func overhead(of vm: Row) -> Int64 {
        overhead(
            isHVM: !vm.string("HVM_boot_policy").isEmpty,
            vcpus: vm.int("VCPUs_max"),
            staticMax: vm.int("memory_static_max"),
            shadowMultiplier: vm.float("HVM_shadow_multiplier")
        )
    }

    /// What a VM needs on the host that it moves to: its least memory, rounded up to whole MiB, and its overhead.
    public static func need(_ vm: Row) -> Int64 {
        (vm.int("memory_dynamic_min") + mebibyte - 1) / mebibyte * mebibyte + overhead(of: vm)
    }

    /// What a host has left: its memory less Xen's and that of every VM that runs there or is on its way.
    public static func free(_ host: Row, in snapshot: Snapshot) -> Int64 {
        let total = snapshot.row("host_metrics", host.ref("metrics"))?.int("memory_total") ?? 0
        var used = host.int("memory_overhead")
        for vm in snapshot.rows("VM")
        where vm.ref("resident_on") == host.ref || vm.ref("scheduled_to_be_resident_on") == host.ref {
            used += vm.int("memory_dynamic_min") + vm.int("memory_overhead")
        }
        return max(0, total - used)
    }

    /// Writes every host's free memory into its metrics, after VMs have moved, started or stopped.
    static func refresh(_ transaction: inout Transaction) throws(APIError) {
        for host in transaction.snapshot.rows("host") {
            let metrics = host.ref("metrics")
            guard transaction.snapshot.row("host_metrics", metrics) != nil else { continue }
            let free = free(host, in: transaction.snapshot)
            try transaction.set("host_metrics", metrics, "memory_free", .int(free))
        }
    }
}
