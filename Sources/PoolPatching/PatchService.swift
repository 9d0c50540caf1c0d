public import Hosts
import PoolDatabase
public import PoolOperations
public import UpdatePackage
public import XenAPI

/// What `pool_patch` and `host_patch` messages mean: upload, precheck, apply, clean, destroy, and the stamps on hosts.
///
/// Nothing of a package runs before its signature (or its pinned digest) has been verified, and it is verified again
/// before every run: trust that was withdrawn after the upload counts.
public struct PatchService: Sendable {
    let pool: Pool
    let files: PatchFiles
    let trust: @Sendable () async throws(APIError) -> TrustPolicy
    let limits: Limits
    let busy = BusyHosts()
    let catalogues: CatalogueReader
    /// What the packages hold, looked into once each.
    let records: PackageRecords
    /// Takes packages that were verified to the pool, where that keeps itself; nil for a pool that is patched from here.
    let passingOn: PassingOn?

    /// Takes the file of a verified update to a pool that keeps its patches itself.
    public struct PassingOn: Sendable {
        /// What such a pool takes.
        public enum Kind: Sendable {
            /// `.xsupdate` packages.
            case packages
            /// Images of discs.
            case images
            /// Bundles of a repository, for pools without a way to one.
            case bundles
        }

        let kind: Kind
        /// - Returns: the `pool_patch` there.
        let take: @Sendable (_ file: String) async throws(APIError) -> Ref

        /// A way to a pool.
        public init(_ kind: Kind, _ take: @escaping @Sendable (_ file: String) async throws(APIError) -> Ref) {
            (self.kind, self.take) = (kind, take)
        }
    }

    /// How long the programs of a package may run, how much they may print, and how slowly a package may come.
    public struct Limits: Sendable {
        /// For `info`, which only prints.
        public var info = ProgramLimits(time: .seconds(30), outputBytes: 64 << 10)
        /// For `precheck`.
        public var precheck = ProgramLimits(time: .seconds(600), outputBytes: 1 << 20)
        /// For `apply`.
        public var apply = ProgramLimits(time: .seconds(3600), outputBytes: 4 << 20)
        /// The time in which an upload has to bring at least ``uploadBytes``, again and again; one that does not is given
        /// up, so that nobody holds room on the disk for as long as they like.
        public var uploadTime = Duration.seconds(60)
        /// Bytes that an upload has to bring in each ``uploadTime``.
        public var uploadBytes: Int64 = 64 << 10

        /// Creates the default limits.
        public init() {}
    }

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - pool: the pool that is patched.
    ///   - directory: where uploaded files are kept (`updates/` of the state directory); it is made if it is missing.
    ///   - trust: whom to believe, asked anew for every verification.
    ///   - catalogue: the folder of the server's catalogue (`catalogue/` of the state directory); nil for one beside
    ///     `directory`.
    ///   - limits: bounds for package programs.
    ///   - passingOn: takes verified packages to a pool that keeps its patches itself.
    public init(
        pool: Pool,
        directory: String,
        catalogue: String? = nil,
        limits: Limits = Limits(),
        passingOn: PassingOn? = nil,
        trust: @escaping @Sendable () async throws(APIError) -> TrustPolicy
    ) throws(APIError) {
        self.pool = pool
        self.trust = trust
        self.limits = limits
        self.passingOn = passingOn
        files = try PatchFiles(directory: directory)
        records = PackageRecords(folder: directory)
        catalogues = CatalogueReader(CatalogueStore(folder: catalogue ?? directory + "/../catalogue"))
    }

    var database: PoolDatabase { pool.database }
}

/// Hosts on which a package program runs now; a second one has to wait for its turn elsewhere.
actor BusyHosts {
    private var hosts: [Ref: String] = [:]

    /// Takes a host for an operation.
    ///
    /// - Throws: `OTHER_OPERATION_IN_PROGRESS` where it is taken.
    func take(_ host: Ref, for operation: String) throws(APIError) {
        if let running = hosts[host] {
            throw APIError("OTHER_OPERATION_IN_PROGRESS", ["host", host.rawValue, running])
        }
        hosts[host] = operation
    }

    func release(_ host: Ref) { hosts[host] = nil }

    /// Whether no package program runs on a host.
    func isFree(_ host: Ref) -> Bool { hosts[host] == nil }
}
