public import Planner
public import PoolControl
public import PoolDatabase
import PoolOperations
public import XenAPI

extension PoolDescription {
    /// Reads a pool off its database, whether live or recorded, with uuids for names.
    ///
    /// Hosts that are not live or not enabled can take no VMs: they are left out together with the VMs on them, and
    /// ``leftOut`` says so. All other running VMs come along, control domains too, because they take memory.
    ///
    /// - Parameters:
    ///   - snapshot: the pool at one generation.
    ///   - update: uuid of the `pool_patch`; nil plans for an update that every host lacks and that restarts it.
    ///   - earlier: what earlier runs took.
    ///   - consents: the VMs that may be suspended or shut down, by uuid.
    ///   - keepsAll: whether hosts that can take no VMs come along all the same, for who decides about them otherwise.
    ///   - wishes: what the operator has said about the pool besides.
    /// - Throws: `UUID_INVALID` for an update that the pool does not know, `INTERNAL_ERROR` where there is no pool.
    public init(
        _ snapshot: Snapshot,
        update: String? = nil,
        earlier: EarlierTimes = EarlierTimes(),
        consents: [String: UpdateInstance.StopPolicy] = [:],
        keepsAll: Bool = false,
        wishes: PoolWishes = PoolWishes()
    ) throws(APIError) {
        let pool = try snapshot.pool()
        var patch: Row?
        if let update { patch = try snapshot.require("pool_patch", uuid: update) }
        self.init(hosts: [], vms: [])
        if pool.bool("ha_enabled") { haFailures = Int(pool.int("ha_host_failures_to_tolerate")) }
        if let patch { guidance = Set(patch.texts("after_apply_guidance")) }
        let master = pool.ref("master")
        var present: Set<Ref> = []
        for row in snapshot.rows("host") {
            if !keepsAll, let reason = Self.reasonToLeaveOut(row, snapshot) {
                leftOut.append("host \(row.uuid) (\(row.nameLabel)) is left out: \(reason)")
                continue
            }
            present.insert(row.ref)
            var host = Host(row, snapshot, patch: patch)
            host.isMaster = row.ref == master
            // Where only the reboot is missing, nothing is applied any more.
            if host.earlierApply.isEmpty { host.earlierApply = earlier.apply[row.uuid] ?? [] }
            host.earlierReboot = earlier.reboot[row.uuid] ?? []
            hosts.append(host)
        }
        let processors = Processors(snapshot)
        for row in snapshot.rows("VM") where present.contains(row.ref("resident_on")) {
            let isHalted = ["Halted", "Suspended"].contains(row.string("power_state"))
            // What runs takes memory and is in the way, also where it is called a template.
            guard !isHalted, let host = snapshot.row("host", row.ref("resident_on")) else {
                continue
            }
            var vm = VM(row, on: host.uuid, snapshot)
            vm.stop = consents[row.uuid] ?? .never
            vm.earlierDirtyPercent = earlier.dirtyPercent[row.uuid] ?? []
            if !vm.isControlDomain {
                vm.incompatibleHosts = processors.hostsLacking(what: row)
                groups.note(row)
            }
            vms.append(vm)
        }
        if let most = wishes.migrations { maxMigrations = most }
        groups.add(wishes, snapshot)
    }

    private static func reasonToLeaveOut(_ host: Row, _ snapshot: Snapshot) -> String? {
        guard let metrics = snapshot.row("host_metrics", host.ref("metrics")) else {
            // Databases of old releases were written without what changes by the minute.
            return "the database says neither whether it is live nor how much memory it has (it keeps no host_metrics)"
        }
        guard metrics.bool("live") else { return "it is not live; start it, or eject it from the pool" }
        guard host.bool("enabled") else { return "it is disabled; enable it with xe host-enable" }
        guard metrics.int("memory_total") > 0 else {
            return "the database does not say how much memory it has (host_metrics.memory_total is 0)"
        }
        return nil
    }
}

extension PoolDescription.Groups {
    /// Takes in what the VM's `other_config` says: `pitstop-apart=NAME`, and `pitstop-available=NAME/K` for a group
    /// of which K VMs must run undisturbed at any time.
    fileprivate mutating func note(_ vm: Row) {
        if let name = vm.map("other_config", "pitstop-apart"), !name.isEmpty {
            apart[name, default: []].append(vm.uuid)
        }
        guard let text = vm.map("other_config", "pitstop-available") else { return }
        let parts = text.split(separator: "/")
        guard parts.count == 2, let least = Int(parts[1]), least > 0 else {
            remarks.append("other_config:pitstop-available of VM \(vm.uuid) is \"\(text)\", not NAME/K; it is ignored")
            return
        }
        let name = String(parts[0])
        available[name, default: .init()].vms.append(vm.uuid)
        available[name, default: .init()].minimumUp = max(least, available[name]?.minimumUp ?? 0)
    }
}
