public import PoolDatabase
public import XenAPI

/// Everything that a run may ask of a pool, whatever kind of pool that is. What a pool can not do is a capability.
///
/// Each message may be asked again: what is as wanted already stays so. References are those of the pool's own database.
public protocol PoolControl: Sendable {
    /// The pool's rows: its own database, or the mirror of a remote one.
    var database: PoolDatabase { get }
    /// What this pool can do.
    var capabilities: PoolCapabilities { get }

    // MARK: Hosts

    /// Looks at a host: at the host itself, not at what is remembered of it. Afterwards the rows show it as it was seen.
    func look(at host: Ref) async throws(ControlError) -> HostLook
    /// Asks a host how much room it has, and what is in the way of any update there; nil where it does not tell.
    func room(on host: Ref) async throws(ControlError) -> HostRoom?
    /// No VM comes to the host any longer. Those on it stay.
    func disable(_ host: Ref) async throws(ControlError)
    /// VMs may come to the host again.
    func enable(_ host: Ref) async throws(ControlError)
    /// Begins a restart of a host that is disabled and empty. That it is over shows by another boot.
    func reboot(_ host: Ref) async throws(ControlError)
    /// Begins a restart of a host's toolstack. That it is over shows by another start.
    func restartAgent(_ host: Ref) async throws(ControlError)
    /// Plugs the storage that should be plugged on a host and is not.
    func plugStorage(of host: Ref) async throws(ControlError)

    // MARK: VMs

    /// Moves a running VM, and returns when it runs there.
    ///
    /// - Parameter progress: told how far it is, from 0 to 1.
    func migrate(_ vm: Ref, to host: Ref, progress: @escaping @Sendable (Double) -> Void) async throws(ControlError)
    /// Suspends a VM. Only with its owner's consent.
    func suspend(_ vm: Ref) async throws(ControlError)
    /// Shuts a VM down, by its own system or hard. Only with its owner's consent.
    func shutDown(_ vm: Ref, hard: Bool) async throws(ControlError)
    /// Starts a VM, or resumes it where it is suspended.
    ///
    /// - Parameter host: where; nil leaves that to the pool.
    func start(_ vm: Ref, on host: Ref?) async throws(ControlError)
    /// Empties a VM's CD drive, or puts a disc in.
    func setDisc(_ disc: Ref?, of vm: Ref) async throws(ControlError)
    /// Whether a VM starts when its host does.
    func setAutoPowerOn(_ isOn: Bool, of vm: Ref) async throws(ControlError)

    // MARK: The pool

    /// Switches high availability off. How it was stays with the pool, for whoever switches it on again.
    func disableAvailability() async throws(ControlError)
    /// Switches high availability on as it was when it was switched off, or does what is left of that. Where somebody else has
    /// switched it on meanwhile, it stays as they want it.
    func enableAvailability() async throws(ControlError)
    /// Switches load balancing on or off.
    func setLoadBalancing(_ isOn: Bool) async throws(ControlError)
    /// Tells other tools, and other coordinators, that a run is on.
    ///
    /// - Throws: `refused` with `OTHER_OPERATION_IN_PROGRESS` and the other mark, where another run, or a later leadership
    ///   of this one, has left its own.
    func setMark(_ mark: RunMark) async throws(ControlError)
    /// Takes a run's mark away; another run's stays.
    func removeMark(ofRun run: String) async throws(ControlError)
    /// What others do with the pool at this moment that a run had better let end first.
    ///
    /// - Parameter run: the run that asks, whose own mark is none of theirs.
    func foreignWork(besides run: String) async throws(ControlError) -> [ForeignWork]
    /// The VMs that can not leave a host, as the pool itself sees it: it knows of its versions what nobody else does.
    func evacuationObstacles(of host: Ref) async throws(ControlError) -> [EvacuationObstacle]
    /// What the operator has said about the pool that its rows do not tell.
    var wishes: PoolWishes { get }
    /// This program ends: whatever waits for the pool stops waiting, and what goes on there is left to go on.
    func letGo() async

    // MARK: The rows

    /// Returns once the rows show what the pool is like now.
    func catchUp() async throws(ControlError)
    /// Returns once the row of one object shows what it is like now.
    func refresh(_ table: String, _ ref: Ref) async throws(ControlError)
    /// Returns once nothing is under way on an object any longer that somebody else, or an earlier coordinator, began.
    func settle(_ table: String, _ ref: Ref) async throws(ControlError)
    /// How current the rows are; nil where they are the pool's own database.
    var freshness: Freshness? { get }
    /// What a refusal means, and what to do next, where this pool's refusals mean something of their own.
    func sentence(_ refusal: APIError, host: Ref?) -> String?
}

/// A pool whose rows are its own database needs none of these.
extension PoolControl {
    public func catchUp() async throws(ControlError) {}
    public func refresh(_ table: String, _ ref: Ref) async throws(ControlError) {}
    public func settle(_ table: String, _ ref: Ref) async throws(ControlError) {}
    public var freshness: Freshness? { nil }
    public func sentence(_ refusal: APIError, host: Ref?) -> String? { nil }
    public func setMark(_ mark: RunMark) async throws(ControlError) {}
    public func removeMark(ofRun run: String) async throws(ControlError) {}
    public func foreignWork(besides run: String) async throws(ControlError) -> [ForeignWork] { [] }
    public func evacuationObstacles(of host: Ref) async throws(ControlError) -> [EvacuationObstacle] { [] }
    public var wishes: PoolWishes { PoolWishes() }
    public func letGo() async {}
}

/// What a host says of its room for an update.
public struct HostRoom: Hashable, Sendable {
    /// Bytes free where packages are unpacked.
    public var freeBytes: Int64
    /// What is in the way of any update there, each as the second half of a sentence.
    public var obstacles: [String]

    /// What a host says.
    public init(freeBytes: Int64, obstacles: [String]) { (self.freeBytes, self.obstacles) = (freeBytes, obstacles) }
}

/// One look at a host.
public struct HostLook: Hashable, Sendable {
    /// What names the host's boot: another one means that it has restarted. Nil where the host does not tell.
    public var bootID: String?
    /// What names the start of its toolstack.
    public var agentID: String?
    /// Whether the pool has heard from it lately.
    public var isLive: Bool
    /// Whether VMs may come to it.
    public var isEnabled: Bool
    /// What is being done to it, in XenAPI's words.
    public var operations: [String]
    /// `software_version` as it tells it.
    public var softwareVersion: [String: String]
    /// Names of storage that should be plugged and is not.
    public var unpluggedStorage: [String]
    /// The VMs on it, without its control domain.
    public var residents: [Ref]

    /// A look.
    public init(
        bootID: String?,
        agentID: String?,
        isLive: Bool,
        isEnabled: Bool,
        operations: [String] = [],
        softwareVersion: [String: String] = [:],
        unpluggedStorage: [String] = [],
        residents: [Ref] = []
    ) {
        (self.bootID, self.agentID, self.isLive, self.isEnabled) = (bootID, agentID, isLive, isEnabled)
        (self.operations, self.softwareVersion) = (operations, softwareVersion)
        (self.unpluggedStorage, self.residents) = (unpluggedStorage, residents)
    }
}

/// High availability, as it has to be given back.
public struct AvailabilitySettings: Hashable, Sendable, Codable {
    /// One VM's part in it.
    public struct VM: Hashable, Sendable, Codable {
        /// The VM's uuid.
        public var id: String
        /// `ha_restart_priority`.
        public var restartPriority: String
        /// `order` in which VMs start.
        public var order: Int64
        /// `start_delay`, in seconds.
        public var startDelay: Int64

        /// A VM's part.
        public init(id: String, restartPriority: String, order: Int64, startDelay: Int64) {
            (self.id, self.restartPriority) = (id, restartPriority)
            (self.order, self.startDelay) = (order, startDelay)
        }
    }

    /// Uuids of the storage that the heartbeat is on.
    public var heartbeatStorage: [String]
    /// `ha_configuration`.
    public var configuration: [String: String]
    /// `ha_host_failures_to_tolerate`.
    public var failuresToTolerate: Int64
    /// VMs that have a part in it.
    public var vms: [VM]

    /// Settings.
    public init(heartbeatStorage: [String], configuration: [String: String], failuresToTolerate: Int64, vms: [VM]) {
        (self.heartbeatStorage, self.configuration) = (heartbeatStorage, configuration)
        (self.failuresToTolerate, self.vms) = (failuresToTolerate, vms)
    }
}

/// A mark that a run is on, for other tools to see.
public struct RunMark: Hashable, Sendable {
    /// The run's id.
    public var run: String
    /// The number of the leadership that drives it.
    public var epoch: Int64
    /// When it began.
    public var since: Timestamp

    /// A mark.
    public init(run: String, epoch: Int64, since: Timestamp) {
        (self.run, self.epoch, self.since) = (run, epoch, since)
    }

    /// As it stands in the pool: `run=… epoch=… since=…`.
    public var text: String { "run=\(run) epoch=\(epoch) since=\(since.iso8601)" }

    /// Reads a mark; nil for anything else.
    public init?(_ text: String) {
        var words: [Substring: String] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { words[parts[0]] = String(parts[1]) }
        }
        guard let run = words["run"], let epoch = words["epoch"].flatMap({ Int64($0) }),
            let since = words["since"].flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        self.init(run: run, epoch: epoch, since: since)
    }
}
