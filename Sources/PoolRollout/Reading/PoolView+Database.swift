import Hosts
public import PoolDatabase
import PoolOperations
public import Rollout
public import XenAPI

extension PoolView {
    /// Looks at the pool and asks each host that lives how much room it has.
    static func observe(_ pool: Pool, updates: [UpdateFacts]) async throws(APIError) -> PoolView {
        var view = try PoolView(pool.database.snapshot, updates: updates, now: pool.now().seconds)
        let facts = await withTaskGroup(of: (String, HostFacts?).self) { group in
            for host in view.hosts where host.isLive {
                guard let driver = pool.hosts.host(host.id) else { continue }
                group.addTask { (driver.uuid, try? await driver.facts()) }
            }
            return await group.reduce(into: [String: HostFacts]()) { $0[$1.0] = $1.1 }
        }
        for index in view.hosts.indices {
            guard let facts = facts[view.hosts[index].id] else { continue }
            view.hosts[index].freeBytes = facts.freeBytes
            view.hosts[index].obstacles = facts.obstacles
        }
        return view
    }

    /// Reads a pool off its database. Uuids name hosts and VMs; references stay inside.
    ///
    /// - Parameters:
    ///   - snapshot: the pool at one generation.
    ///   - updates: what the run installs.
    ///   - now: seconds since the epoch.
    public init(_ snapshot: Snapshot, updates: [UpdateFacts], now: Int64) throws(APIError) {
        self.init()
        let pool = try snapshot.pool()
        name = pool.nameLabel
        taken = now
        haEnabled = pool.bool("ha_enabled")
        haFailures = Int(pool.int("ha_host_failures_to_tolerate"))
        wlbEnabled = pool.bool("wlb_enabled")
        let master = pool.ref("master")
        let rows = snapshot.rows("host")
        hosts = (rows.filter { $0.ref == master } + rows.filter { $0.ref != master }).map { row in
            Self.host(row, isMaster: row.ref == master, snapshot)
        }
        vms = snapshot.rows("VM").filter { !$0.bool("is_control_domain") && !$0.bool("is_a_template") }.map { row in
            Self.vm(row, snapshot)
        }
    }

    private static func host(_ row: Row, isMaster: Bool, _ snapshot: Snapshot) -> HostView {
        let metrics = snapshot.row("host_metrics", row.ref("metrics"))
        let guests = EvacuationPlan.guests(of: row.ref, in: snapshot).reduce(0) { $0 + MemoryAccounting.need($1) }
        let memory = MemoryAccounting.free(row, in: snapshot) + guests
        var view = HostView(id: row.uuid, name: row.nameLabel, memory: Int(memory >> 20))
        view.isMaster = isMaster
        view.isLive = metrics?.bool("live") ?? false
        view.isEnabled = row.bool("enabled")
        view.bootID = row.map("other_config", "boot_id") ?? ""
        let booted = seconds(row.map("other_config", "boot_time"))
        view.agentStart = seconds(row.map("other_config", "agent_start_time"))
        view.productVersion = row.map("software_version", "product_version") ?? ""
        view.build = row.map("software_version", "build_number") ?? ""
        for reference in snapshot.pointing(at: row.ref, "host", "patches") {
            guard let applied = snapshot.row("host_patch", reference),
                let patch = snapshot.row("pool_patch", applied.ref("pool_patch"))
            else { continue }
            view.applied.append(patch.uuid)
            let guidance = patch.texts("after_apply_guidance")
            if guidance.contains("restartHost"), applied.date("timestamp_applied").seconds > booted {
                view.awaitingRestart.append(patch.uuid)
            }
        }
        view.unpluggedStorage = unplugged(row.ref, snapshot)
        view.clockSkew = seconds(row.map("other_config", "clock_offset"))
        return view
    }

    /// Names of storage that is attached to the host by a PBD and not plugged there.
    static func unplugged(_ host: Ref, _ snapshot: Snapshot) -> [String] {
        snapshot.pointing(at: host, "host", "PBDs").compactMap { reference in
            guard let pbd = snapshot.row("PBD", reference), !pbd.bool("currently_attached") else { return nil }
            return snapshot.row("SR", pbd.ref("SR"))?.nameLabel ?? pbd.uuid
        }
    }

    private static func vm(_ row: Row, _ snapshot: Snapshot) -> VMView {
        let host = snapshot.row("host", row.ref("resident_on"))
        var view = VMView(
            id: row.uuid,
            name: row.nameLabel,
            host: host?.uuid,
            memory: Int((MemoryAccounting.need(row) + 1 << 20 - 1) >> 20)
        )
        view.power = VMView.Power(rawValue: row.string("power_state").lowercased()) ?? .halted
        view.startsWithHost = row.map("other_config", "auto_poweron") == "true"
        guard view.power == .running else { return view }
        let metrics = snapshot.row("VM_guest_metrics", row.ref("guest_metrics"))
        view.isHVM = !row.string("HVM_boot_policy").isEmpty
        view.isBusy = !(row["current_operations"].members ?? []).isEmpty
        if !view.isHVM, (metrics?["PV_drivers_version"].members ?? []).isEmpty { view.tie = .drivers }
        readStorage(row, snapshot, &view)
        if row.map("other_config", PlacementChecks.deviceKey) != nil { view.tie = .device }
        return view
    }

    private static func readStorage(_ vm: Row, _ snapshot: Snapshot, _ view: inout VMView) {
        var reachable: Set<String>?
        for reference in snapshot.pointing(at: vm.ref, "VM", "VBDs") {
            guard let vbd = snapshot.row("VBD", reference), !vbd.bool("empty"),
                let vdi = snapshot.row("VDI", vbd.ref("VDI"))
            else { continue }
            let hosts = snapshot.pointing(at: vdi.ref("SR"), "SR", "PBDs").compactMap { snapshot.row("PBD", $0) }
                .filter { $0.bool("currently_attached") }.compactMap { snapshot.row("host", $0.ref("host"))?.uuid }
            if vbd.string("type") == "CD", hosts.count < snapshot.refs("host").count {
                view.localISO = vdi.nameLabel
                continue
            }
            reachable = reachable.map { $0.intersection(hosts) } ?? Set(hosts)
        }
        guard let reachable, reachable.count < snapshot.refs("host").count else { return }
        view.allowedHosts = reachable.sorted()
        if reachable.count <= 1 { view.tie = .localDisk }
    }

    /// `other_config` writes times as floating-point numbers.
    private static func seconds(_ text: String?) -> Int64 { text.flatMap(Double.init).map { Int64($0) } ?? 0 }
}
