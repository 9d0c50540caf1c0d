public import PoolDatabase
public import XenAPI

/// Whether one host can run one VM, memory aside: the checks that xapi makes before a start or a migration.
public enum PlacementChecks {
    /// - Throws: the first reason why `vm` can not run on `host`.
    public static func assertCanRun(_ vm: Row, on host: Row, in snapshot: Snapshot) throws(APIError) {
        guard snapshot.isLive(host) else { throw APIError("HOST_NOT_LIVE") }
        guard host.bool("enabled") else { throw APIError("HOST_DISABLED", [host.ref.rawValue]) }
        try assertReachesStorage(vm, host, snapshot)
        try assertReachesNetworks(vm, host, snapshot)
        if !vm.string("HVM_boot_policy").isEmpty, !host.texts("capabilities").contains(where: { $0.hasPrefix("hvm") }) {
            throw APIError("VM_HVM_REQUIRED", [vm.ref.rawValue])
        }
    }

    private static func assertReachesStorage(_ vm: Row, _ host: Row, _ snapshot: Snapshot) throws(APIError) {
        let attached = Set(
            snapshot.pointing(at: host.ref, "host", "PBDs")
                .compactMap { snapshot.row("PBD", $0) }
                .filter { $0.bool("currently_attached") }
                .map { $0.ref("SR") }
        )
        for reference in snapshot.pointing(at: vm.ref, "VM", "VBDs") {
            guard let vbd = snapshot.row("VBD", reference), !vbd.bool("empty"),
                let vdi = snapshot.stored("VDI", vbd.ref("VDI"))
            else { continue }
            guard attached.contains(vdi.ref("SR")) else {
                throw APIError("VM_REQUIRES_SR", [vm.ref.rawValue, vdi.string("SR")])
            }
        }
    }

    private static func assertReachesNetworks(_ vm: Row, _ host: Row, _ snapshot: Snapshot) throws(APIError) {
        for reference in snapshot.pointing(at: vm.ref, "VM", "VIFs") {
            guard let network = snapshot.row("VIF", reference)?.ref("network") else { continue }
            let pifs = snapshot.pointing(at: network, "network", "PIFs").compactMap { snapshot.row("PIF", $0) }
            if pifs.contains(where: { $0.ref("host") == host.ref }) { continue }
            let users = hostsUsing(network, snapshot)
            // A network without any physical card lives on one host at a time: where its VMs run.
            guard pifs.isEmpty, users.isEmpty || users.contains(host.ref) else {
                throw APIError("VM_REQUIRES_NETWORK", [vm.ref.rawValue, network.rawValue])
            }
        }
    }

    private static func hostsUsing(_ network: Ref, _ snapshot: Snapshot) -> Set<Ref> {
        var hosts: Set<Ref> = []
        for reference in snapshot.pointing(at: network, "network", "VIFs") {
            guard let vif = snapshot.row("VIF", reference), vif.bool("currently_attached"),
                let vm = snapshot.row("VM", vif.ref("VM")), !vm.ref("resident_on").isNull
            else { continue }
            hosts.insert(vm.ref("resident_on"))
        }
        return hosts
    }
}
