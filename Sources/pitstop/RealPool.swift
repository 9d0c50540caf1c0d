import Hosts
import LibvirtHosts
import PoolOperations
import ServiceLifecycle
import XenAPI

/// A pool of real hosts, and what follows them.
final class RealPool {
    let hosts: LibvirtPool
    /// Time between two looks whether a host lives: longer for pools in which that is much work.
    let interval: Duration
    private var followed: FollowedPool?

    /// Reads the pool's file.
    init(path: String) throws {
        hosts = try LibvirtPool(PoolFile.read(file: path))
        interval = .milliseconds(max(2_000, 100 * hosts.hosts.count))
    }

    /// Writes the pool into its database as the hosts tell of it; those that are out of reach follow later.
    func connect(to pool: Pool) async throws(APIError) {
        let followed = FollowedPool(name: hosts.file.name, pool: pool, interval: max(.seconds(5), interval))
        try await followed.prepare()
        await followed.look()
        self.followed = followed
    }

    /// What goes on as long as the server does.
    var services: [any Service] { followed.map { [Following(pool: $0)] } ?? [] }

    /// Lets go of the hosts.
    func shutdown() async { await hosts.shutdown() }

    private struct Following: Service {
        let pool: FollowedPool

        func run() async throws {
            await cancelWhenGracefulShutdown { await pool.run() }
        }
    }
}
