import Hosts
public import PoolDatabase
public import XenAPI

extension Pool {
    /// Where a VM is to run: where the caller asks, else its affinity if that fits, else where most memory is free.
    static func host(for vm: Row, asked: Ref?, in snapshot: Snapshot) throws(APIError) -> Ref {
        if let asked {
            try assertFits(vm, on: try snapshot.require("host", asked), in: snapshot)
            return asked
        }
        let fitting = hosts(fitting: vm, in: snapshot)
        if let affinity = fitting.first(where: { $0.ref == vm.ref("affinity") }) { return affinity.ref }
        let free = fitting.map { (host: $0.ref, bytes: MemoryAccounting.free($0, in: snapshot)) }
        guard let roomiest = free.max(by: { $0.bytes < $1.bytes }) else { throw APIError("NO_HOSTS_AVAILABLE") }
        return roomiest.host
    }

    /// The hosts on which a VM could start now.
    static func hosts(fitting vm: Row, in snapshot: Snapshot) -> [Row] {
        snapshot.rows("host").filter { host in
            do throws(APIError) {
                try assertFits(vm, on: host, in: snapshot)
                return true
            } catch {
                return false
            }
        }
    }

    /// - Throws: why a VM can not start on a host now.
    static func assertFits(_ vm: Row, on host: Row, in snapshot: Snapshot) throws(APIError) {
        try PlacementChecks.assertCanRun(vm, on: host, in: snapshot)
        let (need, free) = (MemoryAccounting.need(vm), MemoryAccounting.free(host, in: snapshot))
        guard need <= free else { throw APIError("HOST_NOT_ENOUGH_FREE_MEMORY", [String(need), String(free)]) }
    }

    /// The hosts that `VM.get_possible_hosts` names.
    public func possibleHosts(for vm: Ref) throws(APIError) -> [Ref] {
        let snapshot = database.snapshot
        return Self.hosts(fitting: try snapshot.require("VM", vm), in: snapshot).map(\.ref)
    }

    /// The same hosts for a VM of a snapshot.
    public static func possibleHosts(for vm: Row, in snapshot: Snapshot) -> [Row] { hosts(fitting: vm, in: snapshot) }

    /// `VM.assert_can_boot_here`.
    ///
    /// - Throws: why the VM can not start on the host now.
    public func assertCanBoot(_ vm: Ref, on host: Ref) throws(APIError) {
        let snapshot = database.snapshot
        try Self.assertFits(try snapshot.require("VM", vm), on: try snapshot.require("host", host), in: snapshot)
    }

    /// Writes down that a VM does not run.
    func halt(_ vm: Ref, _ transaction: inout Transaction) throws(APIError) {
        let home = try transaction.snapshot.require("VM", vm).ref("resident_on")
        if !home.isNull, !inventoryHosts.isEmpty {
            // A real host is the only one that knows the VM, and has what it saved: it can be started just there.
            try transaction.set("VM", vm, "affinity", .string(home.rawValue))
        }
        try transaction.set("VM", vm, "power_state", .string("Halted"))
        try transaction.set("VM", vm, "resident_on", .string(Ref.null.rawValue))
        try transaction.set("VM", vm, "scheduled_to_be_resident_on", .string(Ref.null.rawValue))
        try transaction.set("VM", vm, "domid", .int(-1))
        try Self.setAttached(false, vm, &transaction)
    }

    /// Writes down whether the VM's disks and interfaces are plugged.
    static func setAttached(_ attached: Bool, _ vm: Ref, _ transaction: inout Transaction) throws(APIError) {
        for (table, mirror) in [("VBD", "VBDs"), ("VIF", "VIFs")] {
            for device in transaction.snapshot.pointing(at: vm, "VM", mirror) {
                try transaction.set(table, device, "currently_attached", .bool(attached))
            }
        }
    }

    static func dropSuspendImage(of vm: Row, _ transaction: inout Transaction) throws(APIError) {
        transaction.delete("VDI", vm.ref("suspend_VDI"))
        try transaction.set("VM", vm.ref, "suspend_VDI", .string(Ref.null.rawValue))
    }
}
