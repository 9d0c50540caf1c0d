/// xapi's arithmetic of memory, as `host.evacuate` and `VM.pool_migrate` use it. No number makes it trap: what no machine
/// has is taken for the most that one could have.
public enum GuestMemory {
    /// Bytes in one MiB.
    public static let mib: Int64 = 1 << 20

    /// No guest has more memory, in bytes, or more of anything else that is counted here.
    private static let most: Int64 = 1 << 50

    /// What the hypervisor needs beside a guest's own memory, MiB.
    ///
    /// One MiB, another for a hardware-virtualised guest, and the shadow: 256 pages of 4 KiB for each virtual CPU and one
    /// page for each MiB of static maximum, twice, times the guest's shadow multiplier. xapi stores the result in
    /// `VM.memory_overhead`, which is to be preferred where it is known.
    /// - Parameters:
    ///   - staticMax: `VM.memory_static_max`, bytes.
    ///   - vcpusMax: `VM.VCPUs_max`.
    ///   - isHVM: whether `VM.HVM_boot_policy` is not empty.
    ///   - shadowMultiplier: `VM.HVM_shadow_multiplier`; without meaning for a paravirtual guest.
    public static func overheadMiB(staticMax: Int64, vcpusMax: Int, isHVM: Bool, shadowMultiplier: Double = 1) -> Int {
        let pages = 256 * vcpus(vcpusMax) + 2 * wholeMiB(staticMax)
        let multiplier = isHVM && shadowMultiplier.isFinite ? min(max(0, shadowMultiplier), 1024) : 1
        let shadow = Double((pages * 4 + 1023) / 1024) * multiplier
        return (isHVM ? 2 : 1) + max(1, Int(shadow))
    }

    /// What a VM needs on a host: its dynamic minimum and its overhead, each rounded up to whole MiB.
    public static func needMiB(dynamicMin: Int64, overheadMiB: Int) -> Int {
        wholeMiB(dynamicMin) + overheadMiB
    }

    /// What a host has for VMs: all its memory less the hypervisor's and the control domains' part, never below 0, MiB.
    public static func capacityMiB(total: Int64, overhead: Int64, controlDomains: Int64) -> Int {
        Int(max(0, within(total) - within(overhead) - within(controlDomains)) / mib)
    }

    /// Bytes, rounded up to whole MiB.
    static func wholeMiB(_ bytes: Int64) -> Int { Int((within(bytes) + mib - 1) / mib) }

    /// As many virtual CPUs as a guest can have.
    static func vcpus(_ count: Int) -> Int { min(max(0, count), 1 << 20) }

    /// As many bytes as a machine can have.
    static func within(_ bytes: Int64) -> Int64 { min(max(0, bytes), most) }
}
