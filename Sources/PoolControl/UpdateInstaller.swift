public import XenAPI

/// What a run asks of the way in which a pool takes updates.
public protocol UpdateInstaller: Sendable {
    /// Whether the rows tell which host has which update (`host_patch`); else each host is asked.
    var isShownInRows: Bool { get }
    /// An update that the pool knows, by the id that a run has for it.
    func find(_ id: String) async throws(ControlError) -> PreparedUpdate
    /// What is known of an update's bytes and of what it brings.
    func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents
    /// When an update could first be installed here, in seconds since the epoch; nil where nobody knows.
    func published(_ update: PreparedUpdate) async -> Int64?
    /// Makes sure that what would be installed on a host is still exactly what was pinned, before anything is done for it.
    ///
    /// - Throws: what has changed meanwhile.
    func confirm(_ update: PreparedUpdate, on host: Ref) async throws(ControlError)
    /// Asks a host whether the update may be applied there.
    func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer
    /// Applies the update on a host. One that has it is left as it is.
    ///
    /// - Parameter isPrechecked: whether the host has passed the update's precheck just now.
    /// - Returns: what remains to be done on this host, as far as it tells.
    @discardableResult
    func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    /// What the host itself says that it has.
    ///
    /// - Parameter updates: those that are asked about.
    func standing(of host: Ref, _ updates: [PreparedUpdate]) async throws(ControlError) -> HostStanding
}

extension UpdateInstaller {
    public var isShownInRows: Bool { true }

    /// A file stays as it is.
    public func confirm(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) {}

    /// Applies the update on a host, its precheck included.
    @discardableResult
    public func apply(_ update: PreparedUpdate, to host: Ref) async throws(ControlError) -> Set<UpdateGuidance> {
        try await apply(update, to: host, isPrechecked: false)
    }
}

/// How updates of one kind get into a pool that keeps them itself: from the file, or the repository, to the proof on every
/// host.
public protocol UpdateIntake: UpdateInstaller {
    /// The name of the kind, as `installer:` names it.
    var kind: InstallerKind { get }

    /// What can be said of installing on this pool before there is an update, in one sentence's second half; nothing is
    /// changed.
    ///
    /// - Throws: what stands in the way of any update.
    func outlook() async throws(ControlError) -> String
    /// What the pool's repositories offer now, pinned, without having them looked at again; nil where nothing is offered, or
    /// where this kind takes files.
    func offer() async throws(ControlError) -> PreparedUpdate?
    /// Makes an update known to the pool: uploads a file, or synchronises a repository.
    ///
    /// - Parameters:
    ///   - source: a path, where this kind takes files.
    ///   - progress: told how many bytes have been sent.
    /// - Returns: the update, pinned: whatever is asked of it afterwards is about these bytes and no others.
    func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void) async throws(ControlError)
        -> PreparedUpdate
    /// What an update still asks of a host, its VMs included.
    func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Set<UpdateGuidance>
    /// Whether the host itself says that it has exactly this update.
    func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool
    /// Removes what was only needed for installing; records and proofs stay.
    func cleanUp(after update: PreparedUpdate) async throws(ControlError)
}

extension UpdateIntake {
    public func offer() async throws(ControlError) -> PreparedUpdate? { nil }

    /// Such pools tell of updates, and not of packages.
    public func standing(of host: Ref, _ updates: [PreparedUpdate]) async throws(ControlError) -> HostStanding {
        var found: Set<String> = []
        for update in updates where try await isInstalled(update, on: host) { found.insert(update.id) }
        return HostStanding(updates: found)
    }
}

/// What a host says that it has.
public struct HostStanding: Hashable, Sendable {
    /// Ids of the updates that it has.
    public var updates: Set<String>
    /// Versions by the names of the packages that it has; nil where it does not tell. Of some several are installed.
    public var packages: [String: [String]]?
    /// What the pool itself says that still has to be done for what the host has; nil where it does not say, and then what the
    /// updates ask for counts.
    public var owed: Set<UpdateGuidance>?

    /// What a host has.
    public init(updates: Set<String>, packages: [String: [String]]? = nil, owed: Set<UpdateGuidance>? = nil) {
        (self.updates, self.packages, self.owed) = (updates, packages, owed)
    }
}

/// What is known of an update's bytes, and of what it brings.
public struct UpdateContents: Hashable, Sendable {
    /// The digest of its file, in hex; empty where only the pool has the file.
    public var sha256: String
    /// Versions by the names of the packages that it promises, where hosts tell theirs.
    public var packages: [String: String]
    /// Bytes that it needs on a host's disk; 0 where nobody knows.
    public var installationSize: Int64
    /// Whether it has to be on all hosts of a pool or on none (`enforce_homogeneity`).
    public var isForAllHosts = false

    /// What is known of an update.
    public init(sha256: String = "", packages: [String: String] = [:], installationSize: Int64 = 0) {
        (self.sha256, self.packages, self.installationSize) = (sha256, packages, installationSize)
    }
}

/// The ways in which pools that keep their updates themselves take them.
public enum InstallerKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// `.xsupdate` files, by class `pool_patch`: XenServer 5.6 to 7.0.
    case poolPatch = "pool-patch"
    /// Images, by class `pool_update`: XenServer 7.1 to 8.2.
    case poolUpdate = "pool-update"
    /// Repositories, by `pool.sync_updates`: XenServer 8.3 and later.
    case repository
    /// Packages, by the plug-in `updater.py`: XCP-ng.
    case xcpng = "xcp-ng"
}

/// Where an update comes from.
public enum UpdateSource: Hashable, Sendable {
    /// A file here.
    case file(String)
    /// What the pool's own repositories offer now.
    case repositories
}

/// An update that a pool knows, pinned.
public struct PreparedUpdate: Hashable, Sendable, Codable {
    /// What it is called by: a uuid, or a digest.
    public var id: String
    /// Its name for people.
    public var label: String
    /// The object that stands for it in the pool, as it is named there; empty where there is none.
    public var reference: String
    /// What it asks for where it is applied, as far as that is known beforehand; words as in ``UpdateGuidance``.
    public var guidance: [String]
    /// What exactly is installed, where that is a list: name-version-release.architecture, sorted.
    public var packages: [String]
    /// What its publisher says of it; nil where that is not known, or stands in its own package.
    public var notes: UpdateNotes?

    /// An update.
    public init(
        id: String,
        label: String,
        reference: String = "",
        guidance: [String] = [],
        packages: [String] = [],
        notes: UpdateNotes? = nil
    ) {
        (self.id, self.label, self.reference) = (id, label, reference)
        (self.guidance, self.packages, self.notes) = (guidance, packages, notes)
    }
}

/// What a precheck said.
public struct PrecheckAnswer: Hashable, Sendable {
    /// What the host would restart of itself, were the update applied now; nil where it does not say.
    public enum Livepatch: Hashable, Sendable {
        /// The running system can be mended, and the host need not restart.
        case complete
        /// Some of it can, and the host restarts all the same.
        case incomplete
    }

    /// What it printed.
    public var output: String
    /// What it said about the running system.
    public var livepatch: Livepatch?

    /// An answer.
    public init(output: String = "", livepatch: Livepatch? = nil) {
        (self.output, self.livepatch) = (output, livepatch)
    }
}
