import EmbeddedHosts
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import UpdatePackage
import XenAPI

/// A pool with its hosts, opened from a state directory. Only one process at a time has it.
struct OpenedPool {
    let directory: StateDirectory
    let pool: Pool
    let patches: PatchService
    /// Nil where the pool's hosts are not embedded ones.
    let embedded: EmbeddedPool?
    /// Nil where the pool's hosts are not real ones.
    let real: RealPool?
    /// Keeps other servers off the state directory for as long as this value lives.
    private let lock: StateLock

    /// - Parameter speed: seconds of modelled time in a real one, for embedded hosts.
    init(state: String, source: PoolSource, speed: Double) async throws {
        let directory = try StateDirectory(state)
        lock = try StateLock(directory: directory.path)
        let database = try PoolDatabase(path: directory.database)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        let hosts: any HostPool
        switch source {
        case .embedded(let count):
            try await ModelledPool(hostCount: count, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
            let pool = try await EmbeddedPool.open(
                state: directory.path,
                hosts: Self.identities(database.snapshot),
                timing: Timing(speed: speed)
            )
            (hosts, embedded, real) = (pool, pool, nil)
        case .dump(let path):
            try await RecordedPool(path: path).load(into: database, state: directory.path)
            (hosts, embedded, real) = (RecordedHosts(database), nil, nil)
        case .libvirt(let path):
            let pool = try RealPool(path: path)
            (hosts, embedded, real) = (pool.hosts, nil, pool)
        }
        pool = Pool(database: database, hosts: hosts, now: now, makeUUID: makeUUID)
        try await real?.connect(to: pool)
        patches = try PatchService(pool: pool, directory: directory.updates) { () throws(APIError) in
            try directory.trustPolicy()
        }
        self.directory = directory
    }

    /// Opens, for a command, the pool of a state directory that no server serves at the moment. Nothing is made there.
    ///
    /// - Throws: ``OperatorError`` where there is no pool, or none with such hosts, or where a server has it.
    static func withoutServer(state: String, source: PoolSource) async throws -> OpenedPool {
        let files = FileManager.default
        guard files.fileExists(atPath: state + "/pool.sqlite") else {
            throw OperatorError("\(state) is no state directory: name the one that is given to pitstop serve.")
        }
        switch source {
        case .dump: throw OperatorError("A recorded pool has no hosts that could be looked into.")
        case .embedded where !files.fileExists(atPath: state + "/hosts"):
            throw OperatorError(
                "\(state) holds no embedded hosts: name the pool as pitstop serve does, with --pool libvirt:FILE."
            )
        default: break
        }
        do {
            return try await OpenedPool(state: state, source: source, speed: 1)
        } catch StoreError.inUse {
            throw OperatorError("A server serves \(state): ask it, with --server https://ADDRESS:PORT/.")
        }
    }

    /// Ends what runs on embedded hosts, and lets go of real ones.
    func shutdown() async {
        await embedded?.shutdown()
        await real?.shutdown()
    }

    /// Whom the hosts' trees belong to, master first.
    private static func identities(_ snapshot: Snapshot) throws(APIError) -> [EmbeddedPool.HostIdentity] {
        let master = try snapshot.pool().ref("master")
        let rows = snapshot.rows("host")
        return (rows.filter { $0.ref == master } + rows.filter { $0.ref != master })
            .map { EmbeddedPool.HostIdentity(uuid: $0.uuid, name: $0.string("hostname")) }
    }
}
