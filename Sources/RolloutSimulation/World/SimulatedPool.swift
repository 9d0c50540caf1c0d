import Rollout

/// A host of the simulated world, as it truly is.
struct SimulatedHost {
    let id: String
    var name: String
    var isMaster: Bool
    let memory: Int
    var maxMigrations = 4
    var isUp = true
    var isEnabled = true
    var boots = 1
    var agentStart: Int64 = 0
    /// Updates that are installed.
    var stamps: Set<String> = []
    /// Updates whose packages are really there.
    var packages: Set<String> = []
    /// Updates in effect since the last boot.
    var running: Set<String> = []
    /// An update whose program was broken off in the middle.
    var halfApplied: String?
    /// Whether its running system is mended when an update is applied, and the pool says so; nil where pools do not say.
    var isMended: Bool?
    var lacksStorage = false
    /// Until when a package program runs.
    var busyUntil: Int64 = 0
    /// Comes back only when somebody helps.
    var isStuck = false
    /// The pool's database says that it is being restarted, and nobody does it.
    var isMarked = false
    /// Stamps that got lost while the packages stayed.
    var lostStamps: Set<String> = []
    /// Seconds by which its clock is behind.
    var clockSetBack: Int64 = 0

    var bootID: String { "\(id)-boot-\(boots)" }

    mutating func loseStamps() { (lostStamps, stamps) = (lostStamps.union(stamps), []) }
    mutating func restoreStamps() { (stamps, lostStamps) = (stamps.union(lostStamps), []) }
}

/// A VM of the simulated world, as it truly is.
struct SimulatedVM {
    let id: String
    var name: String
    var memory: Int
    var host: String?
    var power = VMView.Power.running
    var allowedHosts: [String]?
    var tie: VMView.Tie?
    var iso: String?
    var startsWithHost = false
    var isHVM = false
    /// Until when it is being stopped or started.
    var busyUntil: Int64 = 0
    /// Whether an operator, and not the run, stopped it.
    var isStoppedByHand = false
}

/// A migration on its way.
struct SimulatedMove {
    let operation: OperationID
    let from: String
    let to: String
    /// Does not come to its end by itself.
    var isHanging = false
    /// Can not be broken off either, before somebody sees to it.
    var isDeaf = false
}

/// The pool of a simulated world: hosts, VMs, and the settings that a run switches off and owes back.
struct SimulatedPool {
    var hosts: [SimulatedHost] = []
    var vms: [SimulatedVM] = []
    var moves: [String: SimulatedMove] = [:]
    var haEnabled = false
    var haFailures = 0
    var wlbEnabled = false
    var groups: [VMGroup] = []

    func host(_ id: String) -> Int? { hosts.firstIndex { $0.id == id } }
    func vm(_ id: String) -> Int? { vms.firstIndex { $0.id == id } }
    var master: SimulatedHost? { hosts.first(where: \.isMaster) }
    func residents(_ host: String) -> [SimulatedVM] { vms.filter { $0.host == host && $0.power == .running } }

    /// MiB that are taken on a host, with what is on its way there.
    func used(_ host: String) -> Int {
        var used = 0
        for vm in vms where vm.power == .running && (vm.host == host || moves[vm.id]?.to == host) { used += vm.memory }
        return used
    }

    /// The pool as a run sees it.
    func view(at time: Int64, updates: [UpdateFacts]) -> PoolView {
        var view = PoolView()
        view.name = "simulated"
        view.taken = time
        view.haEnabled = haEnabled
        view.haFailures = haFailures
        view.wlbEnabled = wlbEnabled
        view.lastBackup = time - 3600
        view.hosts = hosts.map { host in
            var seen = HostView(id: host.id, name: host.name, memory: host.memory)
            seen.isMaster = host.isMaster
            seen.maxMigrations = host.maxMigrations
            seen.isLive = host.isUp
            seen.isEnabled = host.isUp && host.isEnabled
            seen.bootID = host.bootID
            seen.agentStart = host.agentStart
            seen.productVersion = "6.0.2"
            seen.applied = updates.map(\.uuid).filter(host.stamps.contains)
            seen.awaitingRestart = updates.map(\.uuid).filter { host.stamps.contains($0) && !host.running.contains($0) }
            seen.unpluggedStorage = host.lacksStorage ? ["shared"] : []
            seen.softwareVersion = softwareVersion(host, updates)
            return seen
        }
        view.vms = vms.map { vm in
            var seen = VMView(id: vm.id, name: vm.name, host: vm.power == .running ? vm.host : nil, memory: vm.memory)
            seen.power = vm.power
            seen.allowedHosts = vm.allowedHosts
            seen.tie = vm.iso == nil ? vm.tie : .media
            seen.localISO = vm.iso
            seen.startsWithHost = vm.startsWithHost
            seen.isHVM = vm.isHVM
            seen.isBusy = moves[vm.id] != nil || vm.busyUntil > time
            return seen
        }
        if !groups.isEmpty { view.groups = groups }
        return view
    }

    /// Each update brings a part of the system; what was installed and not booted yet does not run.
    private func softwareVersion(_ host: SimulatedHost, _ updates: [UpdateFacts]) -> [String: String] {
        var versions: [String: String] = [:]
        for (component, package) in [("linux", "kernel"), ("xen", "xen-hypervisor")] {
            guard let update = updates.first(where: { $0.packages[package] != nil }) else { continue }
            let isNew = host.running.contains(update.uuid)
            versions[component] = isNew ? update.packages[package] : Self.oldVersion
        }
        return versions
    }

    private static let oldVersion = "2.6.32-0.0"

    /// One host as a run sees it; nil while it is down.
    func report(_ id: String, updates: [UpdateFacts]) -> HostReport? {
        guard let index = host(id), hosts[index].isUp else { return nil }
        let host = hosts[index]
        var packages: [String: String] = [:]
        for update in updates {
            for (name, version) in update.packages {
                packages[name] = host.packages.contains(update.uuid) ? version : "old"
            }
        }
        var report = HostReport(
            bootID: host.bootID,
            agentStart: host.agentStart,
            isEnabled: host.isEnabled,
            unpluggedStorage: host.lacksStorage ? ["shared"] : [],
            stamps: host.stamps.sorted(),
            packages: packages,
            softwareVersion: softwareVersion(host, updates),
            residents: residents(id).map(\.id)
        )
        if let isMended = host.isMended {
            let isWaiting = !isMended && !host.stamps.isSubset(of: host.running)
            let asked = updates.flatMap(\.guidance).filter { [.restartHost, .restartXAPI].contains($0) }
            report.owed = isWaiting ? asked : []
        }
        report.switches = PoolSwitches(haEnabled: haEnabled, haFailures: haFailures, wlbEnabled: wlbEnabled)
        return report
    }
}
