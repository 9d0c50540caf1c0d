/// A pool at one moment, as far as a run needs to know it. The shell reads it from the pool's database and its hosts.
public struct PoolView: Codable, Hashable, Sendable {
    public var name = ""
    /// When it was taken, in seconds since the epoch.
    public var taken: Int64 = 0
    public var haEnabled = false
    public var haFailures = 0
    public var wlbEnabled = false
    /// The id of another run that is active on the pool.
    public var otherRun: String?
    /// When the pool's metadata were backed up last, in seconds since the epoch; nil where nobody knows.
    public var lastBackup: Int64?
    /// The master first.
    public var hosts: [HostView] = []
    public var vms: [VMView] = []
    /// Rules about VMs that belong together; nil in journals of before there were any.
    public var groups: [VMGroup]?
    /// What others do with it at this moment; nil where that is nothing, or nobody could tell.
    public var others: [OthersWork]?
    /// Whether the pool itself can be asked which VMs can not leave a host; nil is no.
    public var judgesEvacuations: Bool?

    /// An empty pool.
    public init() {}

    /// The host with that uuid.
    public func host(_ id: String) -> HostView? { hosts.first { $0.id == id } }
    /// The VM with that uuid.
    public func vm(_ id: String) -> VMView? { vms.first { $0.id == id } }
    /// The pool as it will be once these fixes are made.
    func after(_ fixes: [Fix]) -> PoolView {
        var view = self
        for fix in fixes {
            switch fix {
            case .enableHost(let id):
                if let index = hosts.firstIndex(where: { $0.id == id }) { view.hosts[index].isEnabled = true }
            case .ejectISO(let id, _):
                guard let index = vms.firstIndex(where: { $0.id == id }) else { continue }
                view.vms[index].localISO = nil
                if vms[index].tie == .media { (view.vms[index].tie, view.vms[index].tieReasons) = (nil, nil) }
            case .disableHA, .disableWLB, .plugStorage, .clearAutoPowerOn, .keepDisabled, .pause: break
            }
        }
        return view
    }

    /// The VMs that run on a host.
    public func residents(_ host: String) -> [VMView] { vms.filter { $0.host == host && $0.power == .running } }
}

/// One host of a pool.
public struct HostView: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    public var isMaster = false
    public var isLive = true
    public var isEnabled = true
    /// MiB for VMs: physical less hypervisor less control domain.
    public var memory = 0
    public var bootID = ""
    /// Seconds since the epoch.
    public var agentStart: Int64 = 0
    public var productVersion = ""
    public var build = ""
    /// Versions in effect, as `software_version` spells them; nil in journals of before they were looked at.
    public var softwareVersion: [String: String]?
    /// Uuids of the updates with a stamp on the host.
    public var applied: [String] = []
    /// Uuids of applied updates that a restart of the host has yet to bring into effect.
    public var awaitingRestart: [String] = []
    /// The same of a restart of its toolstack; nil in journals of before this was seen.
    public var awaitingToolstack: [String]?
    /// Bytes free where packages are unpacked.
    public var freeBytes: Int64 = .max
    /// Names of storage that should be plugged on this host and is not.
    public var unpluggedStorage: [String] = []
    /// Seconds by which the host's clock is ahead of the controller's.
    public var clockSkew: Int64 = 0
    public var isLicensed = true
    /// What the host lacks for an update, each as the second half of a sentence.
    public var obstacles: [String] = []
    /// Most migrations that may touch the host at once.
    public var maxMigrations = 4
    /// MiB/s of the network that migrations take; nil leaves it to the planner, as with the two below.
    public var nicRate: Int?
    /// Seconds that applying and restarting took in earlier runs, or are expected to take.
    public var apply: Int?
    public var restart: Int?

    /// Creates a host.
    public init(id: String, name: String, memory: Int) {
        self.id = id
        self.name = name
        self.memory = memory
    }

    /// Whether all these updates are applied and in effect, and what they bring runs as far as the host says what runs.
    public func has(_ updates: [UpdateFacts]) -> Bool {
        let waiting = awaitingRestart + (awaitingToolstack ?? [])
        return updates.allSatisfy { applied.contains($0.uuid) && !waiting.contains($0.uuid) } && runs(updates)
    }

    /// Whether nothing that runs on the host contradicts these updates.
    func runs(_ updates: [UpdateFacts]) -> Bool {
        guard let softwareVersion else { return true }
        return updates.allSatisfy { $0.contradiction(softwareVersion) == nil }
    }
}

/// One VM of a pool.
public struct VMView: Codable, Hashable, Sendable {
    /// XenAPI's `power_state`.
    public enum Power: String, Codable, Hashable, Sendable {
        case running, suspended, halted, paused
    }
    /// Why a VM can not migrate.
    public enum Tie: String, Codable, Hashable, Sendable {
        case media, localDisk, device, network, drivers
        /// Its owner's word, or that it counts as a template.
        case blocked
    }

    public var id: String
    public var name: String
    public var power = Power.running
    /// Where it runs; nil where it does not.
    public var host: String?
    /// MiB that it takes on a host.
    public var memory = 0
    /// The only hosts that reach its storage and networks; nil means all.
    public var allowedHosts: [String]?
    /// What ties it to its host.
    public var tie: Tie?
    /// The name of an ISO in its drive that only its host sees.
    public var localISO: String?
    public var startsWithHost = false
    /// Whether it is fully virtualised; a paravirtual VM otherwise.
    public var isHVM = false
    /// Whether some operation on it, such as a migration, is in progress.
    public var isBusy = false
    /// Bytes that a live migration sends in percent of its memory, by earlier runs; nil leaves it to the planner.
    public var dirtyPercent: Int?
    /// Why it can not be suspended, or shut down cleanly, each as the second half of a sentence; nil where it can be.
    public var suspendObstacle: String?
    public var shutdownObstacle: String?
    /// Whether it is called a template, although it may run; nil in journals of before this was seen.
    public var isTemplate: Bool?
    /// Names of hosts whose processors lack features that it was started with, so that it can not go there; nil for none.
    public var incompatibleHosts: [String]?
    /// Every reason for ``tie``, each as the second half of a sentence; nil in journals of before they were told.
    public var tieReasons: [String]?

    /// Creates a VM.
    public init(id: String, name: String, host: String?, memory: Int) {
        self.id = id
        self.name = name
        self.host = host
        self.memory = memory
    }

    /// Why the VM can not be stopped in this way, as the second half of a sentence; nil where it can be.
    public func obstacle(to way: Consent.Way) -> String? { way == .suspend ? suspendObstacle : shutdownObstacle }
}

/// VMs that belong together.
public struct VMGroup: Codable, Hashable, Sendable {
    /// What holds for them.
    public enum Rule: Codable, Hashable, Sendable {
        /// No two share a host.
        case apart
        /// So many of them run, and are not being moved, at any time.
        case available(minimum: Int)
    }

    public var name: String
    /// Uuids.
    public var vms: [String]
    public var rule: Rule

    /// Creates a group.
    public init(name: String, vms: [String], rule: Rule) {
        (self.name, self.vms, self.rule) = (name, vms, rule)
    }
}

/// What a look at one host found.
public struct HostReport: Codable, Hashable, Sendable {
    public var bootID: String
    /// Seconds since the epoch.
    public var agentStart: Int64
    public var isEnabled: Bool
    /// Names of storage that should be plugged and is not.
    public var unpluggedStorage: [String]
    /// Uuids of the stamps.
    public var stamps: [String]
    /// RPM versions (`version-release`) by name, of the packages that the updates promise.
    public var packages: [String: String]
    /// Versions in effect, as `software_version` spells them.
    public var softwareVersion: [String: String]
    /// Uuids of the VMs that run on it.
    public var residents: [String]
    /// Their names, by uuid; nil in journals of before they were told.
    public var residentNames: [String: String]?
    /// What is switched on in the pool at the same moment; nil in journals of before this was looked at.
    public var switches: PoolSwitches?
    /// What others do with the pool at the same moment; nil where that is nothing, or nobody could tell.
    public var others: [OthersWork]?
    /// What the pool itself says that has still to be done on it for the run's updates; nil where it does not say, and then what
    /// the updates ask for counts.
    public var owed: [Guidance]?
    /// Why an update of the run that it lacks can no longer be installed there as it was pinned, in one sentence; nil where it can.
    public var withdrawn: String?

    /// Creates a report.
    public init(
        bootID: String,
        agentStart: Int64,
        isEnabled: Bool,
        unpluggedStorage: [String],
        stamps: [String],
        packages: [String: String],
        softwareVersion: [String: String],
        residents: [String]
    ) {
        self.bootID = bootID
        self.agentStart = agentStart
        self.isEnabled = isEnabled
        self.unpluggedStorage = unpluggedStorage
        self.stamps = stamps
        self.packages = packages
        self.softwareVersion = softwareVersion
        self.residents = residents
    }
}
