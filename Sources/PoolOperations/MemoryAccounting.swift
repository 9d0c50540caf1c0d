import Planner
public import PoolDatabase
import XenAPI

/// How much memory a VM needs and a host has left, as xapi reckons it: the planner's arithmetic on the pool's rows.
/// All sizes in bytes.
public enum MemoryAccounting {
    /// What a VM costs a host beyond its own memory: domain structures and shadow page tables.
    public static func overhead(of vm: Row) -> Int64 {
        overhead(
            isHVM: !vm.string("HVM_boot_policy").isEmpty,
            vcpus: vm.int("VCPUs_max"),
            staticMax: vm.int("memory_static_max"),
            shadowMultiplier: vm.float("HVM_shadow_multiplier")
        )
    }

    /// The same for a VM that has no row yet.
    static func overhead(isHVM: Bool, vcpus: Int64, staticMax: Int64, shadowMultiplier: Double) -> Int64 {
        let overhead = GuestMemory.overheadMiB(
            staticMax: staticMax,
            vcpusMax: Int(vcpus),
            isHVM: isHVM,
            shadowMultiplier: shadowMultiplier
        )
        return Int64(overhead) * GuestMemory.mib
    }

    /// What a VM needs on the host that it moves to: its least memory, rounded up to whole MiB, and its overhead.
    public static func need(_ vm: Row) -> Int64 {
        let overhead = Int(overhead(of: vm) / GuestMemory.mib)
        return Int64(GuestMemory.needMiB(dynamicMin: vm.int("memory_dynamic_min"), overheadMiB: overhead))
            * GuestMemory.mib
    }

    /// What a host has left: its memory less Xen's and that of every VM that runs there or is on its way.
    public static func free(_ host: Row, in snapshot: Snapshot) -> Int64 {
        // Wrapping: a recording with impossible numbers gets a poor answer, and does not stop the server.
        let total = snapshot.row("host_metrics", host.ref("metrics"))?.int("memory_total") ?? 0
        var left = total &- host.int("memory_overhead")
        for vm in snapshot.rows("VM")
        where vm.ref("resident_on") == host.ref || vm.ref("scheduled_to_be_resident_on") == host.ref {
            left &-= vm.int("memory_dynamic_min") &+ vm.int("memory_overhead")
        }
        return max(0, left)
    }

    /// The same for every host, in one pass over the VMs.
    public static func free(in snapshot: Snapshot) -> [Ref: Int64] {
        var left: [Ref: Int64] = [:]
        for host in snapshot.rows("host") {
            let total = snapshot.row("host_metrics", host.ref("metrics"))?.int("memory_total") ?? 0
            left[host.ref] = total &- host.int("memory_overhead")
        }
        for vm in snapshot.rows("VM") {
            let (here, there) = (vm.ref("resident_on"), vm.ref("scheduled_to_be_resident_on"))
            guard !here.isNull || !there.isNull else { continue }
            let size = vm.int("memory_dynamic_min") &+ vm.int("memory_overhead")
            left[here]? &-= size
            if there != here { left[there]? &-= size }
        }
        return left.mapValues { max(0, $0) }
    }

    /// Writes every host's free memory into its metrics, after VMs have moved, started or stopped.
    static func refresh(_ transaction: inout Transaction) throws(APIError) {
        let free = free(in: transaction.snapshot)
        for host in transaction.snapshot.rows("host") {
            let metrics = host.ref("metrics")
            guard transaction.snapshot.row("host_metrics", metrics) != nil else { continue }
            try transaction.set("host_metrics", metrics, "memory_free", .int(free[host.ref] ?? 0))
        }
    }
}
