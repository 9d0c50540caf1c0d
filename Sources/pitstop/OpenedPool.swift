import Basics
import EmbeddedHosts
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import RemotePools
import ServiceLifecycle
import Storage
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
    /// Nil where the pool does not speak XenAPI itself.
    let remote: RemotePool?
    private let offers: OfferBook
    /// Keeps other servers off the state directory for as long as this value lives.
    private let lock: FileLock

    /// - Parameters:
    ///   - speed: seconds of modelled time in a real one, for embedded hosts.
    ///   - tell: told what the operator should know, sentence by sentence.
    ///   - beginsAnew: whether a new pool takes the place of one whose database is lost, of which the rest is put aside.
    init(
        state: String,
        source: PoolSource,
        speed: Double,
        beginsAnew: Bool = false,
        tell: (String) -> Void = { StandardError.write("pitstop: \($0)") }
    ) async throws {
        let directory = try StateDirectory(state)
        lock = try directory.taken()
        try StateAccess.closeContents(of: directory.path)
        try StateVersion.mark(directory.path)
        var notices: [(name: String, text: String)] = []
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        let remote: RemotePool? =
            if case .xenapi(let path) = source { try RemotePool(path: path, now: now) } else { nil }
        self.remote = remote
        let database: PoolDatabase
        if let remote {
            try await remote.connect()
            database = remote.mirror.database
            if let pool = database.snapshot.rows("pool").first { try RemoteStateMark(directory: directory).claim(pool) }
        } else {
            database = try await Self.database(directory, beginsAnew: beginsAnew)
            notices = database.unreadable.map { ("UNREADABLE_OBJECT", $0.description) }
        }
        let hosts: any HostPool
        switch source {
        case .embedded(let count):
            try await Self.makeEmbedded(count, in: database, state: directory.path, now: now, makeUUID: makeUUID)
            let pool = try await EmbeddedPool.open(
                state: directory.path,
                hosts: Self.identities(database.snapshot) { notices.append(("HOST_NAME_INVALID", $0)) },
                timing: Timing(speed: speed)
            )
            notices += pool.setAside.map { ("HOST_SET_ASIDE", $0) }
            (hosts, embedded, real) = (pool, pool, nil)
        case .dump(let path):
            try await RecordedPool(path: path).load(into: database, state: directory.path)
            (hosts, embedded, real) = (RecordedHosts(database), nil, nil)
        case .libvirt(let path):
            let pool = try RealPool(path: path)
            (hosts, embedded, real) = (pool.hosts, nil, pool)
        case .xenapi:
            // The pool's own toolstack is asked; nothing goes to its hosts from here.
            (hosts, embedded, real) = (RecordedHosts(database), nil, nil)
        }
        pool = Pool(database: database, hosts: hosts, now: now, makeUUID: makeUUID)
        try await real?.connect(to: pool)
        try await Self.tell(notices, in: pool, tell)
        offers = OfferBook(path: directory.offers)
        patches = try PatchService(
            pool: pool,
            directory: directory.updates,
            passingOn: try remote?.passingOn(offers, now: pool.now)
        ) { () throws(APIError) in
            try directory.trustPolicy()
        }
        try await patches.takeUp()
        if let remote { try await Self.tell(try await remote.open(offers), in: pool, tell) }
        self.directory = directory
    }

    /// Tells the operator, now and for whoever looks later.
    private static func tell(_ notices: [(name: String, text: String)], in pool: Pool, _ tell: (String) -> Void)
        async throws
    {
        for (name, text) in notices {
            tell(text)
            try await pool.notice(name, text)
        }
    }

    private static func database(_ directory: StateDirectory, beginsAnew: Bool) async throws -> PoolDatabase {
        let lost = LostPool(directory: directory)
        if beginsAnew {
            try await Self.beginAnew(lost)
        } else {
            try lost.assertDatabaseIsThere()
        }
        let database = try PoolDatabase(path: directory.database)
        if database.snapshot.rows("pool").isEmpty { try lost.assertPoolIsThere() }
        return database
    }

    /// Opens, for a command, the pool of a state directory that no server serves at the moment. Nothing is made there.
    ///
    /// - Throws: ``OperatorError`` where there is no pool, or none with such hosts, or where a server has it.
    static func withoutServer(state: String, source: PoolSource) async throws -> OpenedPool {
        let files = FileManager.default
        guard files.fileExists(atPath: try StateDirectory(existing: state).database) else {
            throw OperatorError("\(state) is no state directory: name the one that is given to pitstop serve.")
        }
        switch source {
        case .dump: throw OperatorError("A recorded pool has no hosts that could be looked into.")
        case .xenapi:
            throw OperatorError("Hosts of a pool that speaks XenAPI itself are looked into by that pool alone.")
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

    private static func beginAnew(_ lost: LostPool) async throws {
        guard lost.hasLeftAnything else { return }
        let isLost: Bool
        do {
            try lost.assertDatabaseIsThere()
            isLost = try PoolDatabase(path: lost.directory.database).snapshot.rows("pool").isEmpty
        } catch StoreError.inUse(let path) {
            throw StoreError.inUse(path: path)
        } catch StoreError.newer(let path) {
            throw StoreError.newer(path: path)
        } catch StoreError.disk(let path, let reason) {
            throw StoreError.disk(path: path, reason: reason)
        } catch {
            isLost = true
        }
        guard isLost else {
            throw OperatorError(
                "\(lost.directory.database) holds a pool: start without --begin-anew, or name another --state directory."
            )
        }
        let folder = try lost.setAside(now: Int64(Date().timeIntervalSince1970))
        try FileManager.default.createDirectory(
            atPath: lost.directory.runs,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        StandardError.write("What was left of the lost pool is in \(folder) now; a new pool begins.")
    }

    /// Makes the pool where there is none.
    ///
    /// - Throws: ``OperatorError`` where there is one with another number of hosts than was asked for.
    private static func makeEmbedded(
        _ count: Int?,
        in database: PoolDatabase,
        state: String,
        now: @escaping @Sendable () -> Timestamp,
        makeUUID: @escaping @Sendable () -> String
    ) async throws {
        let model = ModelledPool(
            hostCount: count ?? PoolSource.usualHosts,
            in: database,
            now: now,
            makeUUID: makeUUID
        )
        try await model.createIfEmpty()
        let hosts = database.snapshot.refs("host").count
        guard let count, count != hosts else { return }
        throw OperatorError(
            "The state directory \(state) holds a pool of \(hosts) hosts, not of \(count): give --pool embedded:\(hosts), or "
                + "another --state directory."
        )
    }

    /// What passes messages on to a pool that keeps itself; nil for other pools.
    var relay: RemoteRelay? { get throws { try remote?.relay(offers, now: pool.now) } }

    /// What goes on as long as a server of the pool does.
    var services: [any Service] {
        get throws {
            try (real?.services ?? []) + (remote?.services(offers, now: pool.now) ?? [])
        }
    }

    /// Ends what runs on embedded hosts, and lets go of real ones.
    func shutdown() async {
        await embedded?.shutdown()
        await real?.shutdown()
        await remote?.shutdown()
    }

    /// Whom the hosts' trees belong to, master first.
    ///
    /// A hostname that no host can have, or that two of them share, does not keep the pool from being served: the host's label
    /// names it then, as it did when the pool was made.
    ///
    /// - Parameter onOther: told, as a sentence, of each host that is opened under another name than its own.
    static func identities(
        _ snapshot: Snapshot,
        onOther: (String) -> Void
    ) throws(APIError) -> [EmbeddedPool.HostIdentity] {
        let master = try snapshot.pool().ref("master")
        let rows = snapshot.rows("host")
        let shared = Dictionary(grouping: rows) { $0.string("hostname").lowercased() }.filter { $1.count > 1 }
        var used: [String] = []
        return (rows.filter { $0.ref == master } + rows.filter { $0.ref != master }).map { row in
            let wanted = row.string("hostname")
            let own = shared[wanted.lowercased()] == nil ? [wanted] : []
            let candidates = own + [row.nameLabel, "host-" + row.uuid.prefix(8)]
            let name = candidates.first { HostName.problem(with: $0, beside: used) == nil } ?? row.uuid
            if name != wanted {
                onOther(
                    "Host \(row.nameLabel) can not be called '\(wanted.escaped(for: .line))': it is opened as \(name). "
                        + "Give it another hostname (host.set_hostname)."
                )
            }
            used.append(name)
            return EmbeddedPool.HostIdentity(uuid: row.uuid, name: name)
        }
    }
}
