/// A pool at the moment before an update: hosts, VMs and the rules that a plan has to keep.
///
/// The file form is `pool-update-instance/1`. All times are whole seconds, all memory is whole MiB.
public struct UpdateInstance: Sendable, Equatable {
    /// A name for reports; has no meaning for the plan.
    public var name: String
    /// Rates, limits and rules of the whole pool.
    public var parameters: Parameters
    /// The hosts of the pool, in file order.
    public var hosts: [Host]
    /// The VMs that run now, in file order.
    public var vms: [VM]
    /// Sets of VMs of which only so many may share a host.
    public var antiAffinity: [AntiAffinityGroup]
    /// Sets of VMs of which so many must run and not be moving at any time.
    public var availability: [AvailabilityGroup]
    /// The host that goes first after the master, and how long it is watched before the next one.
    public var canary: Canary?
    /// What is already known about the instance, when the file says so. Never used for planning.
    public var known: KnownBounds?

    /// Creates an instance. Nothing is checked here: see ``validate()``.
    public init(
        name: String = "",
        parameters: Parameters = Parameters(),
        hosts: [Host],
        vms: [VM],
        antiAffinity: [AntiAffinityGroup] = [],
        availability: [AvailabilityGroup] = [],
        canary: Canary? = nil,
        known: KnownBounds? = nil
    ) {
        self.name = name
        self.parameters = parameters
        self.hosts = hosts
        self.vms = vms
        self.antiAffinity = antiAffinity
        self.availability = availability
        self.canary = canary
        self.known = known
    }
}

extension UpdateInstance {
    /// Rates, limits and rules of the whole pool.
    public struct Parameters: Sendable, Equatable {
        /// Ceiling of one migration stream, MiB/s.
        public var streamRate = 300
        /// Seconds that every migration, suspend or resume costs beside the copying.
        public var migrationOverhead = 5
        /// Most hosts that may be updating at once; 0 means no limit.
        public var maxParallel = 0
        /// Host failures that the up hosts must be able to absorb while any host is down.
        public var haFailures = 0
        /// Rate of writing or reading a suspended VM's memory image, MiB/s.
        public var suspendRate = 200
        /// Seconds that a clean shutdown or a boot takes.
        public var stopStart = 60
        /// Whether a VM may only move to hosts that are as new as the one it leaves.
        public var newerOnly = true
        /// Seconds after the plan's start by which every host that was begun must be back; nil means no deadline.
        public var finishBy: Int?

        /// The defaults of the file format.
        public init() {}
    }

    /// One host as the planner sees it.
    public struct Host: Sendable, Equatable {
        /// Unique name, usually the host's uuid.
        public var id: String
        /// Memory for VMs, MiB: physical less hypervisor less control domain.
        public var memory: Int
        /// Most virtual CPUs that may run on the host.
        public var vcpus: Int
        /// Bandwidth of the migration network, MiB/s.
        public var nicRate: Int
        /// Most migrations that may touch the host at once, in and out together.
        public var maxMigrations: Int
        /// Seconds for installing the update while the host is up but empty.
        public var apply: Int
        /// Seconds for the reboot, until the host is enabled again.
        public var reboot: Int
        /// Whether the host is the pool master, which is updated first.
        public var isMaster: Bool
        /// False when the operator excluded the host from this update.
        public var wantsUpdate: Bool
        /// True when the host has the update already, as after an interrupted run.
        public var isUpdated: Bool
        /// Hosts that must be back from their update before this one starts.
        public var after: [String]

        /// Creates a host; the defaults are those of the file format.
        public init(
            id: String,
            memory: Int,
            vcpus: Int = 1_000_000_000,
            nicRate: Int = 1200,
            maxMigrations: Int = 4,
            apply: Int = 120,
            reboot: Int = 420,
            isMaster: Bool = false,
            wantsUpdate: Bool = true,
            isUpdated: Bool = false,
            after: [String] = []
        ) {
            self.id = id
            self.memory = memory
            self.vcpus = vcpus
            self.nicRate = nicRate
            self.maxMigrations = maxMigrations
            self.apply = apply
            self.reboot = reboot
            self.isMaster = isMaster
            self.wantsUpdate = wantsUpdate
            self.isUpdated = isUpdated
            self.after = after
        }
    }

    /// What the operator allows to be done to a VM that can not move.
    public enum StopPolicy: String, Sendable, CaseIterable {
        case never, suspend, shutdown
    }

    /// Why a VM can not leave its host, where that is known.
    public enum PinReason: String, Sendable, CaseIterable {
        /// A CD or ISO from storage that only this host sees is in the VM's drive; ejecting it frees the VM.
        case media
        /// A disk on storage that only this host sees.
        case localDisk = "local_disk"
        /// A PCI device, virtual function or GPU of the host.
        case device
        /// A network that only this host has.
        case network
        /// No paravirtual drivers, without which the VM can not migrate.
        case drivers
        /// Its owner's word, or that it counts as a template.
        case blocked
    }

    /// One running VM.
    public struct VM: Sendable, Equatable {
        /// Unique name, usually the VM's uuid.
        public var id: String
        /// Memory that the VM takes on a host, MiB, its overhead included.
        public var memory: Int
        /// Virtual CPUs.
        public var vcpus: Int
        /// The host on which the VM runs now.
        public var host: String
        /// Bytes sent by a live migration in percent of the VM's memory.
        public var dirtyPercent: Int
        /// The only hosts that can run the VM (storage, networks, GPU); nil means every host.
        public var allowedHosts: [String]?
        /// Whether the VM can migrate live.
        public var isAgile: Bool
        /// What the operator consents to when the VM is in the way.
        public var stop: StopPolicy
        /// Why the VM is tied to its host, for explanations; nil when it is not or when nobody knows.
        public var pinnedBy: PinReason?
        /// Everything that pins it, ``pinnedBy`` first; no part of the file format.
        public var pins: [PinReason] = []
        /// The ways of stopping it that would be refused whoever consents; no part of the file format.
        public var refusedStops: Set<StopPolicy> = []
        /// The gentlest way of stopping it that somebody could consent to.
        var possibleStop: StopPolicy? { [.suspend, .shutdown].first { !refusedStops.contains($0) } }

        /// Creates a VM; the defaults are those of the file format.
        public init(
            id: String,
            memory: Int,
            vcpus: Int = 0,
            host: String,
            dirtyPercent: Int = 115,
            allowedHosts: [String]? = nil,
            isAgile: Bool = true,
            stop: StopPolicy = .never,
            pinnedBy: PinReason? = nil
        ) {
            self.id = id
            self.memory = memory
            self.vcpus = vcpus
            self.host = host
            self.dirtyPercent = dirtyPercent
            self.allowedHosts = allowedHosts
            self.isAgile = isAgile
            self.stop = stop
            self.pinnedBy = pinnedBy
        }
    }

    /// VMs of which at most `maxPerHost` may be on one host; a moving VM counts at both ends.
    public struct AntiAffinityGroup: Sendable, Equatable {
        public var id: String
        public var vms: [String]
        public var maxPerHost: Int

        public init(id: String, vms: [String], maxPerHost: Int = 1) {
            self.id = id
            self.vms = vms
            self.maxPerHost = maxPerHost
        }
    }

    /// VMs of which at least `minimumUp` must run, and not be moving, at every instant.
    public struct AvailabilityGroup: Sendable, Equatable {
        public var id: String
        public var vms: [String]
        public var minimumUp: Int

        public init(id: String, vms: [String], minimumUp: Int) {
            self.id = id
            self.vms = vms
            self.minimumUp = minimumUp
        }
    }

    /// The first host after the master, watched for `soak` seconds before any other host starts.
    public struct Canary: Sendable, Equatable {
        public var host: String
        public var soak: Int

        public init(host: String, soak: Int) {
            self.host = host
            self.soak = soak
        }
    }

    /// Bounds and best results that came with a file, for comparison only.
    public struct KnownBounds: Sendable, Equatable {
        public var mixedLowerBound: Int?
        public var bestMixed: Int?
        public var feasible: Bool?

        public init(mixedLowerBound: Int? = nil, bestMixed: Int? = nil, feasible: Bool? = nil) {
            self.mixedLowerBound = mixedLowerBound
            self.bestMixed = bestMixed
            self.feasible = feasible
        }
    }
}
