public import PoolDatabase
public import XenAPI

/// What forbids an operation on a VM. The one place that knows: the messages themselves ask it, and so do
/// `allowed_operations`, evacuation, plans, prechecks, and whoever offers a way to stop a VM.
public enum VMObstacles {
    /// Every reason why an operation can not begin on a VM now, in the order in which the message would give it; empty where
    /// it can begin.
    public static func reasons(against operation: VMOperation, on vm: Row, in snapshot: Snapshot) -> [APIError] {
        if vm.bool("is_control_domain") {
            return [APIError("OPERATION_NOT_ALLOWED", ["A control domain goes up and down with its host."])]
        }
        var reasons = ownersWord(against: operation, on: vm)
        if let busy = OperationMark.inProgress(on: vm) { reasons.append(busy) }
        let state = vm.string("power_state")
        if !operation.states.contains(state) {
            let expected = operation.states.map { $0.lowercased() }.joined(separator: " or ")
            reasons.append(APIError("VM_BAD_POWER_STATE", [vm.ref.rawValue, expected, state.lowercased()]))
        }
        return reasons + ofTheGuest(against: operation, on: vm, in: snapshot)
    }

    /// The operations that can begin on a VM now.
    static func allowed(on vm: Row, in snapshot: Snapshot) -> [VMOperation] {
        guard !vm.bool("is_control_domain"), !vm.bool("is_a_template"), OperationMark.inProgress(on: vm) == nil else {
            return []
        }
        let state = vm.string("power_state")
        return VMOperation.allCases.filter { operation in
            operation.states.contains(state) && lastingReasons(against: operation, on: vm, in: snapshot).isEmpty
        }
    }

    /// Those of the reasons that stay, whatever the VM does or is being done at the moment.
    public static func lastingReasons(against operation: VMOperation, on vm: Row, in snapshot: Snapshot) -> [APIError] {
        ownersWord(against: operation, on: vm) + ofTheGuest(against: operation, on: vm, in: snapshot)
    }

    private static func ownersWord(against operation: VMOperation, on vm: Row) -> [APIError] {
        var reasons: [APIError] = []
        if vm.bool("is_a_template") { reasons.append(APIError("VM_IS_TEMPLATE", [vm.ref.rawValue])) }
        if let words = vm.map("blocked_operations", operation.rawValue) {
            reasons.append(APIError("OPERATION_BLOCKED", [vm.ref.rawValue, words]))
        }
        return reasons
    }

    /// Missing drivers, devices of the host, no place for its memory.
    private static func ofTheGuest(against operation: VMOperation, on vm: Row, in snapshot: Snapshot) -> [APIError] {
        var reasons: [APIError] = []
        // A paravirtual guest always takes part; and KVM moves and saves a guest without asking it.
        let isAsked = operation.needsGuest && (!operation.takesMemoryAway || runsOnXen(vm, in: snapshot))
        if isAsked, !vm.string("HVM_boot_policy").isEmpty, !hasDrivers(vm, in: snapshot) {
            reasons.append(APIError("VM_MISSING_PV_DRIVERS", [vm.ref.rawValue]))
        }
        if operation.takesMemoryAway, holdsDevice(vm, in: snapshot) {
            reasons.append(APIError("VM_HAS_PCI_ATTACHED", [vm.ref.rawValue]))
        }
        if operation == .suspend, suspendSR(of: vm, in: snapshot) == nil {
            reasons.append(APIError("VM_NO_SUSPEND_SR", [vm.ref.rawValue]))
        }
        return reasons
    }

    /// - Throws: the first of the reasons why an operation can not begin.
    static func assertAllowed(_ operation: VMOperation, on vm: Row, in snapshot: Snapshot) throws(APIError) {
        if let reason = reasons(against: operation, on: vm, in: snapshot).first { throw reason }
    }

    /// Whether the VM has said which paravirtual drivers it runs.
    static func hasDrivers(_ vm: Row, in snapshot: Snapshot) -> Bool {
        let metrics = snapshot.stored("VM_guest_metrics", vm.ref("guest_metrics"))
        return !(metrics?["PV_drivers_version"].members ?? []).isEmpty
    }

    /// Whether the VM's host runs Xen, which is so unless it names the kernel that it runs, and no Xen below that.
    private static func runsOnXen(_ vm: Row, in snapshot: Snapshot) -> Bool {
        guard let host = snapshot.stored("host", vm.ref("resident_on")) else { return true }
        return host.map("software_version", "xen") != nil || host.map("software_version", "linux") == nil
    }

    /// Whether a PCI device, a virtual function or a GPU of the host is passed through to the VM.
    public static func holdsDevice(_ vm: Row, in snapshot: Snapshot) -> Bool {
        !(vm.map("other_config", deviceKey) ?? "").isEmpty || !vm.texts("attached_PCIs").isEmpty
            || !snapshot.pointing(at: vm.ref, "VM", "VGPUs").isEmpty
            || !snapshot.pointing(at: vm.ref, "VM", "attached_PCIs").isEmpty
    }

    /// The key of `VM.other_config` under which XenServer notes devices of the host that a VM holds.
    static let deviceKey = "pci"

    /// Where a VM's memory goes while it is suspended; nil where there is no such place.
    static func suspendSR(of vm: Row, in snapshot: Snapshot) -> Ref? {
        let host = snapshot.stored("host", vm.ref("resident_on"))
        let pool = snapshot.rows("pool").first
        let candidates = [vm.ref("suspend_SR"), pool?.ref("suspend_image_SR"), host?.ref("suspend_image_sr")]
        return candidates.compactMap(\.self).first { snapshot.stored("SR", $0) != nil }
    }
}
