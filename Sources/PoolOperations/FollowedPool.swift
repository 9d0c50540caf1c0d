import Hosts
import PoolDatabase
import Synchronization
public import XenAPI

/// A pool whose VMs live outside of Pitstop: its database is made from what the hosts say, and follows them.
public struct FollowedPool: Sendable {
    private let name: String
    private let pool: Pool
    private let hosts: [any InventoryHost]
    private let interval: Duration

    /// Describes a pool.
    ///
    /// - Parameters:
    ///   - name: the pool's name.
    ///   - pool: its database, and the hosts that are followed.
    ///   - interval: time between two looks at all hosts, for what no host tells of itself.
    public init(name: String, pool: Pool, interval: Duration) {
        self.name = name
        self.pool = pool
        self.interval = interval
        hosts = pool.inventoryHosts
    }

    /// Makes the rows of the pool and of its hosts that are missing, and removes those of hosts that are no longer named.
    ///
    /// - Throws: `INTERNAL_ERROR` where the database holds the pool of another file.
    public func prepare() async throws(APIError) {
        try await pool.database.transaction { transaction throws(APIError) in
            var writer = InventoryWriter(transaction: transaction, pool: pool)
            try writer.prepare(name: name, hosts: hosts)
            transaction = writer.transaction
        }
    }

    /// Looks at every host once, all at the same time, and writes down what they say.
    public func look() async { await pool.read(hosts) }

    /// Follows the hosts until the task is cancelled: each as soon as it tells of a change, and all of them now and then.
    public func run() async {
        let due = Due()
        await withDiscardingTaskGroup { group in
            for host in hosts {
                group.addTask {
                    for await _ in host.changes { due.add([host.uuid]) }
                }
            }
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { due.add(Set(hosts.map(\.uuid))) }
                due.end()
            }
            for await _ in due.signals {
                let uuids = due.take()
                await pool.read(hosts.filter { uuids.contains($0.uuid) })
            }
        }
    }

    /// The hosts that are to be looked at; what comes together is one look.
    private final class Due: Sendable {
        let signals: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation
        private let hosts = Mutex<Set<String>>([])

        init() { (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

        func add(_ uuids: Set<String>) {
            hosts.withLock { $0.formUnion(uuids) }
            signal.yield()
        }

        func take() -> Set<String> {
            hosts.withLock { hosts in
                defer { hosts = [] }
                return hosts
            }
        }

        func end() { signal.finish() }
    }
}
