import Planner
public import PoolControl
public import PoolDatabase
import PoolOperations
import PoolPlanning
public import Rollout
public import XenAPI

extension PoolView {
    /// Reads a pool off its database. Uuids name hosts and VMs; references stay inside.
    ///
    /// What a plan is made of (memory, reach, ties, groups, rates, times) is read by `PoolDescription`, as for a pool that no
    /// run is on. Here is added what a run has to know besides: what is switched on, applied, plugged, in drives.
    ///
    /// - Parameters:
    ///   - snapshot: the pool at one generation.
    ///   - updates: what the run installs.
    ///   - now: seconds since the epoch.
    ///   - runs: what earlier runs took, the newest first.
    ///   - wishes: what the operator has said about the pool besides.
    public init(
        _ snapshot: Snapshot,
        updates: [UpdateFacts],
        now: Int64,
        runs: [RunTimes] = [],
        wishes: PoolWishes = PoolWishes()
    ) throws(APIError) {
        self.init()
        let pool = try snapshot.pool()
        name = pool.nameLabel
        taken = now
        lastBackup = snapshot.lastBackup
        let switches = try Self.switches(snapshot)
        (haEnabled, haFailures, wlbEnabled) = (switches.haEnabled, switches.haFailures, switches.wlbEnabled)
        // What runs is in the way of an update, also where it is called a template.
        let rows = snapshot.rows("VM").filter { vm in
            !vm.bool("is_control_domain") && (!vm.isTemplate || vm.powerState == "Running")
        }
        let everywhere = Self.storageSeenEverywhere(snapshot)
        let discs = Dictionary(
            rows.compactMap { vm in Self.localDisc(vm, everywhere, snapshot).map { (vm.uuid, $0) } }
        ) { $1 }
        let description = try Self.description(snapshot, discs, runs, wishes)
        let instance = description.instance(named: "").instance
        let hostFacts = Dictionary(instance.hosts.map { ($0.id, $0) }) { first, _ in first }
        let vmFacts = Dictionary(instance.vms.map { ($0.id, $0) }) { first, _ in first }
        let master = pool.ref("master")
        let hostRows = snapshot.rows("host")
        hosts = (hostRows.filter { $0.ref == master } + hostRows.filter { $0.ref != master }).map { row in
            Self.host(row, isMaster: row.ref == master, hostFacts[row.uuid], snapshot)
        }
        let names = Self.incompatible(description, snapshot)
        vms = rows.map { row in
            var view = Self.vm(row, vmFacts[row.uuid], snapshot)
            if vmFacts[row.uuid] != nil { view.localISO = discs[row.uuid] }
            view.incompatibleHosts = names[row.uuid]
            return view
        }
        groups =
            instance.antiAffinity.map { VMGroup(name: $0.id, vms: $0.vms, rule: .apart) }
            + instance.availability.map {
                VMGroup(name: $0.id, vms: $0.vms, rule: .available(minimum: $0.minimumUp))
            }
    }

    /// What would work against a run while it is on.
    static func switches(_ snapshot: Snapshot) throws(APIError) -> PoolSwitches {
        let pool = try snapshot.pool()
        return PoolSwitches(
            haEnabled: pool.bool("ha_enabled"),
            haFailures: Int(clamping: pool.int("ha_host_failures_to_tolerate")),
            wlbEnabled: pool.bool("wlb_enabled")
        )
    }

    /// What the plan of the whole pool is made of, its hosts that are down or disabled too.
    ///
    /// - Parameter discs: by VM, those that only its host sees: the run ejects them, so that they tie nothing in the plan.
    private static func description(
        _ snapshot: Snapshot,
        _ discs: [String: String],
        _ runs: [RunTimes],
        _ wishes: PoolWishes
    ) throws(APIError) -> PoolDescription {
        var description = try PoolDescription(snapshot, keepsAll: true, wishes: wishes)
        if !runs.isEmpty {
            let earlier = EarlierTimes(runs, on: description.instance(named: "").instance)
            description = try PoolDescription(snapshot, earlier: earlier, keepsAll: true, wishes: wishes)
        }
        for index in description.vms.indices where discs[description.vms[index].uuid] != nil {
            description.vms[index].mediaStorage = []
        }
        return description
    }

    /// By VM, the names of the hosts whose processors lack what it was started with.
    private static func incompatible(_ description: PoolDescription, _ snapshot: Snapshot) -> [String: [String]] {
        var names: [String: [String]] = [:]
        for vm in description.vms where !vm.incompatibleHosts.isEmpty {
            names[vm.uuid] = vm.incompatibleHosts.map { snapshot.row("host", uuid: $0)?.nameLabel ?? $0 }.sorted()
        }
        return names
    }

    private static func host(_ row: Row, isMaster: Bool, _ facts: UpdateInstance.Host?, _ snapshot: Snapshot)
        -> HostView
    {
        let metrics = snapshot.row("host_metrics", row.ref("metrics"))
        var view = HostView(id: row.uuid, name: row.nameLabel, memory: facts?.memory ?? 0)
        if let facts {
            view.maxMigrations = facts.maxMigrations
            (view.nicRate, view.apply, view.restart) = (facts.nicRate, facts.apply, facts.reboot)
        }
        view.isMaster = isMaster
        view.isLive = metrics?.bool("live") ?? false
        view.isEnabled = row.isEnabled
        view.bootID = row.bootID ?? ""
        view.agentStart = row.noted(.agentStart) ?? 0
        view.productVersion = row.map("software_version", "product_version") ?? ""
        view.build = row.map("software_version", "build_number") ?? ""
        view.softwareVersion = RunningParts.read(row)
        for reference in snapshot.pointing(at: row.ref, "host", "patches") {
            guard let applied = snapshot.row("host_patch", reference),
                let patch = snapshot.stored("pool_patch", applied.ref("pool_patch"))
            else { continue }
            view.applied.append(patch.uuid)
            switch row.owedRestart(for: patch, appliedAt: applied.date("timestamp_applied")) {
            case .host: view.awaitingRestart.append(patch.uuid)
            case .toolstack: view.awaitingToolstack = (view.awaitingToolstack ?? []) + [patch.uuid]
            case nil: break
            }
        }
        view.unpluggedStorage = snapshot.unpluggedStorage(of: row.ref)
        // What XenServer's own console goes by, from 6.2 on.
        view.isLicensed = row.map("license_params", "restrict_hotfix_apply") != "true"
        view.clockSkew = row.noted(.clockOffset) ?? 0
        return view
    }

    /// - Parameter facts: nil for a VM that is on no host.
    private static func vm(_ row: Row, _ facts: UpdateInstance.VM?, _ snapshot: Snapshot) -> VMView {
        var view = VMView(
            id: row.uuid,
            name: row.nameLabel,
            host: snapshot.stored("host", row.residentOn)?.uuid,
            memory: facts?.memory ?? Int((MemoryAccounting.need(row) + 1 << 20 - 1) >> 20)
        )
        view.power = VMView.Power(rawValue: row.powerState.lowercased()) ?? .halted
        view.startsWithHost = row.map("other_config", "auto_poweron") == "true"
        view.isHVM = !row.string("HVM_boot_policy").isEmpty
        if row.isTemplate { view.isTemplate = true }
        view.isBusy = !(row["current_operations"].members ?? []).isEmpty
        view.suspendObstacle = ObstacleWords.clause(against: .suspend, on: row, in: snapshot)
        view.shutdownObstacle = ObstacleWords.clause(against: .cleanShutdown, on: row, in: snapshot)
        guard let facts else { return view }
        view.allowedHosts = facts.allowedHosts
        view.tie = facts.pinnedBy.map { VMView.Tie($0) }
        view.tieReasons = ObstacleWords.ties(facts, row, in: snapshot)
        view.dirtyPercent = facts.dirtyPercent
        return view
    }

    /// The name of a disc in a VM's drive that not every host sees.
    private static func localDisc(_ vm: Row, _ seenEverywhere: Set<Ref>, _ snapshot: Snapshot) -> String? {
        for reference in snapshot.pointing(at: vm.ref, "VM", "VBDs") {
            guard let vbd = snapshot.stored("VBD", reference), !vbd.bool("empty"), vbd.string("type") == "CD",
                let vdi = snapshot.stored("VDI", vbd.ref("VDI")), !seenEverywhere.contains(vdi.ref("SR"))
            else { continue }
            return vdi.nameLabel
        }
        return nil
    }

    /// The storage that every host sees.
    private static func storageSeenEverywhere(_ snapshot: Snapshot) -> Set<Ref> {
        var hosts: [Ref: Set<Ref>] = [:]
        for pbd in snapshot.rows("PBD") where pbd.bool("currently_attached") {
            hosts[pbd.ref("SR"), default: []].insert(pbd.ref("host"))
        }
        let count = snapshot.refs("host").count
        return Set(hosts.filter { $1.count >= count }.keys)
    }
}

/// Of a host's `software_version`, what updates are compared with.
private enum RunningParts {
    static func read(_ host: Row) -> [String: String]? {
        var parts: [String: String] = [:]
        for part in ["linux", "xen"] { parts[part] = host.map("software_version", part) }
        return parts.isEmpty ? nil : parts
    }
}
