public import PoolDatabase
public import XenAPI

/// Whether one host can run one VM, memory aside: the checks that xapi makes before a start or a migration.
///
/// What many VMs and hosts have in common is looked up once, so that asking of each VM on each host takes little longer than
/// asking of one.
public struct PlacementChecks {
    private let snapshot: Snapshot
    /// Storage that is plugged, by host.
    private var storage: [Ref: Set<Ref>] = [:]
    /// Hosts that have a card on a network, by network.
    private var cards: [Ref: Set<Ref>] = [:]

    /// - Parameter snapshot: the pool as it is.
    public init(in snapshot: Snapshot) { self.snapshot = snapshot }

    /// - Throws: the first reason why `vm` can not run on `host`.
    public mutating func assertCanRun(_ vm: Row, on host: Row) throws(APIError) {
        guard snapshot.isLive(host) else { throw APIError("HOST_NOT_LIVE") }
        guard host.bool("enabled") else { throw APIError("HOST_DISABLED", [host.ref.rawValue]) }
        try assertReachesStorage(vm, host)
        try assertReachesNetworks(vm, host)
        if !vm.string("HVM_boot_policy").isEmpty, !host.texts("capabilities").contains(where: { $0.hasPrefix("hvm") }) {
            throw APIError("VM_HVM_REQUIRED", [vm.ref.rawValue])
        }
    }

    /// - Throws: the first reason why `vm` can not run on `host`.
    static func assertCanRun(_ vm: Row, on host: Row, in snapshot: Snapshot) throws(APIError) {
        var checks = PlacementChecks(in: snapshot)
        try checks.assertCanRun(vm, on: host)
    }

    private mutating func assertReachesStorage(_ vm: Row, _ host: Row) throws(APIError) {
        let plugged = storage(of: host.ref)
        for reference in snapshot.pointing(at: vm.ref, "VM", "VBDs") {
            guard let vbd = snapshot.stored("VBD", reference), !vbd.bool("empty"),
                let vdi = snapshot.stored("VDI", vbd.ref("VDI"))
            else { continue }
            guard plugged.contains(vdi.ref("SR")) else {
                throw APIError("VM_REQUIRES_SR", [vm.ref.rawValue, vdi.string("SR")])
            }
        }
    }

    private mutating func storage(of host: Ref) -> Set<Ref> {
        if let known = storage[host] { return known }
        let plugged = Set(
            snapshot.pointing(at: host, "host", "PBDs").compactMap { snapshot.stored("PBD", $0) }
                .filter { $0.bool("currently_attached") }
                .map { $0.ref("SR") }
        )
        storage[host] = plugged
        return plugged
    }

    private mutating func assertReachesNetworks(_ vm: Row, _ host: Row) throws(APIError) {
        for reference in snapshot.pointing(at: vm.ref, "VM", "VIFs") {
            guard let network = snapshot.stored("VIF", reference)?.ref("network") else { continue }
            let reached = hosts(on: network)
            if reached.contains(host.ref) { continue }
            let users = reached.isEmpty ? hostsUsing(network) : []
            // A network without any physical card lives on one host at a time: where its VMs run.
            guard reached.isEmpty, users.isEmpty || users.contains(host.ref) else {
                throw APIError("VM_REQUIRES_NETWORK", [vm.ref.rawValue, network.rawValue])
            }
        }
    }

    private mutating func hosts(on network: Ref) -> Set<Ref> {
        if let known = cards[network] { return known }
        let hosts = Set(
            snapshot.pointing(at: network, "network", "PIFs").compactMap { snapshot.stored("PIF", $0)?.ref("host") }
        )
        cards[network] = hosts
        return hosts
    }

    private func hostsUsing(_ network: Ref) -> Set<Ref> {
        var hosts: Set<Ref> = []
        for reference in snapshot.pointing(at: network, "network", "VIFs") {
            guard let vif = snapshot.stored("VIF", reference), vif.bool("currently_attached"),
                let vm = snapshot.stored("VM", vif.ref("VM")), !vm.ref("resident_on").isNull
            else { continue }
            hosts.insert(vm.ref("resident_on"))
        }
        return hosts
    }
}
