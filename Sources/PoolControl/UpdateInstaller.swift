public import XenAPI

/// How a pool takes updates of one kind: from the file, or the repository, to the proof on every host.
public protocol UpdateInstaller: Sendable {
    /// The name of the kind, as `installer:` names it.
    var kind: InstallerKind { get }

    /// What can be said of installing on this pool before there is an update, in one sentence's second half; nothing is
    /// changed.
    ///
    /// - Throws: what stands in the way of any update.
    func outlook() async throws(ControlError) -> String
    /// Makes an update known to the pool: uploads a file, or synchronises a repository.
    ///
    /// - Parameters:
    ///   - source: a path, where this kind takes files.
    ///   - progress: told how many bytes have been sent.
    /// - Returns: the update, pinned: whatever is asked of it afterwards is about these bytes and no others.
    func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void) async throws(ControlError)
        -> PreparedUpdate
    /// Asks a host whether the update may be applied there.
    func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer
    /// Applies the update on a host. One that has it is left as it is.
    ///
    /// - Returns: what remains to be done on this host.
    func apply(_ update: PreparedUpdate, to host: Ref) async throws(ControlError) -> Set<UpdateGuidance>
    /// What an update still asks of a host, its VMs included.
    func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Set<UpdateGuidance>
    /// Whether the host itself says that it has exactly this update.
    func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool
    /// Removes what was only needed for installing; records and proofs stay.
    func cleanUp(after update: PreparedUpdate) async throws(ControlError)
}

/// The ways in which pools take updates.
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

    /// An update.
    public init(id: String, label: String, reference: String = "", guidance: [String] = [], packages: [String] = []) {
        (self.id, self.label, self.reference) = (id, label, reference)
        (self.guidance, self.packages) = (guidance, packages)
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
