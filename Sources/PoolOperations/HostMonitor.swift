import Hosts
import PoolDatabase
public import XenAPI

/// Watches the pool's hosts and writes what it sees into the database: who is alive, since when, with which versions.
public struct HostMonitor: Sendable {
    private let pool: Pool
    private let interval: Duration
    private let onAgentStart: @Sendable (Ref) async -> Void

    /// Creates a monitor.
    ///
    /// - Parameters:
    ///   - pool: whose hosts to watch.
    ///   - interval: time between two looks at the same host.
    ///   - onAgentStart: called each time a host's agent has started anew, before the host counts as live.
    public init(pool: Pool, interval: Duration, onAgentStart: @escaping @Sendable (Ref) async -> Void) {
        self.pool = pool
        self.interval = interval
        self.onAgentStart = onAgentStart
    }

    /// A recording stays as it is, and of hosts that others watch there is nothing to see.
    private var isAbsent: Bool { pool.hosts.absence != nil }

    /// Watches until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for host in pool.database.snapshot.rows("host") {
                group.addTask { await watch(host.ref) }
            }
        }
    }

    /// Looks at every host once.
    public func look() async {
        for host in pool.database.snapshot.rows("host") { await look(at: host.ref) }
    }

    private func watch(_ host: Ref) async {
        while !Task.isCancelled {
            await look(at: host)
            try? await Task.sleep(for: isAbsent ? .seconds(86_400) : interval)
        }
    }

    private func look(at host: Ref) async {
        guard !isAbsent, let driver = try? pool.driver(host) else { return }
        let before = pool.database.snapshot
        if let facts = try? await driver.facts() {
            await pool.learn(facts, of: host, asked: before, onAgentStart: onAgentStart)
        } else if !Task.isCancelled {
            // A question that nobody wants an answer to any more says nothing of the host.
            await pool.learnSilence(of: host)
        }
    }
}
