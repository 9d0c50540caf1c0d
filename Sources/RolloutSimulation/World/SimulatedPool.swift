import Rollout

/// A host of the simulated world, as it truly is.
struct SimulatedHost {
    let id: String
    let name: String
    let isMaster: Bool
    let memory: Int
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
    var lacksStorage = false
    /// Until when a package program runs.
    var busyUntil: Int64 = 0
    /// Comes back only when somebody helps.
    var isStuck = false

    var bootID: String { "\(id)-boot-\(boots)" }
}

/// A VM of the simulated world, as it truly is.
struct SimulatedVM {
    let id: String
    let name: String
    let memory: Int
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
            seen.isLive = host.isUp
            seen.isEnabled = host.isUp && host.isEnabled
            seen.bootID = host.bootID
            seen.agentStart = host.agentStart
            seen.productVersion = "6.0.2"
            seen.applied = updates.map(\.uuid).filter(host.stamps.contains)
            seen.awaitingRestart = updates.map(\.uuid).filter { host.stamps.contains($0) && !host.running.contains($0) }
            seen.unpluggedStorage = host.lacksStorage ? ["shared"] : []
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
        return view
    }

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
        return HostReport(
            bootID: host.bootID,
            agentStart: host.agentStart,
            isEnabled: host.isEnabled,
            unpluggedStorage: host.lacksStorage ? ["shared"] : [],
            stamps: host.stamps.sorted(),
            packages: packages,
            softwareVersion: ["running": host.running.sorted().joined(separator: " ")],
            residents: residents(id).map(\.id)
        )
    }
}
