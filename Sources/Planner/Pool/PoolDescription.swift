/// A pool in XenAPI's terms, as its database describes it; ``instance(named:)`` makes a planning instance of it.
///
/// All sizes are bytes, as in the database.
public struct PoolDescription: Sendable {
    /// One host.
    public struct Host: Sendable {
        public var uuid: String
        /// `host_metrics.memory_total` and `host.memory_overhead`.
        public var memoryTotal: Int64
        public var memoryOverhead: Int64
        public var isMaster = false
        /// False for a host that the operator leaves out, or that is not live.
        public var wantsUpdate = true
        /// Whether the host has the update already.
        public var isUpdated = false
        /// Uuids of the SRs that have a PBD attached on this host, and of the networks that have a PIF here.
        public var storage: Set<String> = []
        public var networks: Set<String> = []
        /// MiB/s of the management interface's PIF; nil when `PIF_metrics.speed` is unknown.
        public var nicRate: Int?
        /// Most virtual CPUs, when the operator limits the overcommit.
        public var vcpuLimit: Int?
        /// Seconds that applying and rebooting took in earlier runs.
        public var earlierApply: [Int] = []
        public var earlierReboot: [Int] = []

        public init(uuid: String, memoryTotal: Int64, memoryOverhead: Int64) {
            self.uuid = uuid
            self.memoryTotal = memoryTotal
            self.memoryOverhead = memoryOverhead
        }
    }

    /// One running VM, control domains included.
    public struct VM: Sendable {
        public var uuid: String
        /// Uuid of `VM.resident_on`.
        public var residentOn: String
        public var isControlDomain = false
        public var memoryDynamicMin: Int64
        public var memoryStaticMax: Int64
        /// `VM.memory_overhead`; nil or 0 computes it.
        public var memoryOverhead: Int64?
        public var vcpusMax = 1
        public var isHVM = false
        public var shadowMultiplier = 1.0
        /// SRs of the VM's disks, and of the media in its CD drives.
        public var diskStorage: Set<String> = []
        public var mediaStorage: Set<String> = []
        public var networks: Set<String> = []
        /// Whether a PCI device, a virtual function or a GPU of the host is passed through.
        public var hasLocalDevice = false
        /// False for a guest that xapi would refuse to migrate because its drivers are unknown.
        public var hasDrivers = true
        /// Whether something besides forbids it to move, such as its owner's `blocked_operations`.
        public var isBlocked = false
        /// The ways of stopping it that would be refused whoever consents.
        public var refusedStops: Set<UpdateInstance.StopPolicy> = []
        /// Uuids of hosts whose processors lack features that it was started with: it can not go there while it runs.
        public var incompatibleHosts: Set<String> = []
        /// A paused VM takes memory and can not move.
        public var isPaused = false
        /// What the operator consents to.
        public var stop = UpdateInstance.StopPolicy.never
        /// Bytes sent in percent of memory in earlier migrations.
        public var earlierDirtyPercent: [Int] = []

        public init(uuid: String, residentOn: String, memoryDynamicMin: Int64, memoryStaticMax: Int64) {
            self.uuid = uuid
            self.residentOn = residentOn
            self.memoryDynamicMin = memoryDynamicMin
            self.memoryStaticMax = memoryStaticMax
        }
    }

    /// What the operator said about VMs that belong together.
    public struct Groups: Sendable {
        /// VMs that must not share a host, by the group's name.
        public var apart: [String: [String]] = [:]
        /// VMs of which so many must run undisturbed, by the group's name.
        public var available: [String: Available] = [:]
        /// What could not be understood, in the operator's words.
        public var remarks: [String] = []

        /// Members of an availability group.
        public struct Available: Sendable {
            public var vms: [String] = []
            public var minimumUp = 0

            public init() {}
        }

        public init() {}
    }

    public var hosts: [Host]
    public var vms: [VM]
    public var groups = Groups()
    /// Hosts that the instance does without, each with the reason in the operator's words.
    public var leftOut: [String] = []
    /// `pool.ha_host_failures_to_tolerate` while HA is on, else 0.
    public var haFailures = 0
    /// Most migrations at once per host; XenServer's own evacuation uses ten, four of them fill a 10 Gbit/s link.
    public var maxMigrations = 4
    /// `pool_patch.after_apply_guidance`.
    public var guidance: Set<String> = ["restartHost"]

    public init(hosts: [Host], vms: [VM]) {
        self.hosts = hosts
        self.vms = vms
    }

    /// Whether hosts must be emptied at all: an update that only restarts the toolstack or VMs needs no plan.
    public var needsEmptyHosts: Bool { guidance.contains("restartHost") }
}
