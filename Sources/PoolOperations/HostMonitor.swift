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
            try? await Task.sleep(for: interval)
        }
    }

    private func look(at host: Ref) async {
        // A recorded host stays as it was recorded: there is nothing to see.
        guard let driver = try? pool.driver(host), !(driver is RecordedHost) else { return }
        let facts = try? await driver.facts()
        guard let row = pool.database.snapshot.row("host", host) else { return }
        let isLive = PlacementChecks.isLive(row, in: pool.database.snapshot)
        guard let facts else {
            if isLive {
                await record(host) { transaction throws(APIError) in try Self.setLive(false, row, &transaction) }
            }
            return
        }
        let booted = row.map("other_config", HostNote.bootID.rawValue) != facts.bootID
        let restarted =
            booted || row.map("other_config", HostNote.agentStart.rawValue) != Self.decimal(facts.agentStartTime)
        guard booted || restarted || !isLive else { return }
        if restarted { await onAgentStart(host) }
        let now = pool.now()
        await record(host) { transaction throws(APIError) in
            try Self.setLive(true, row, &transaction, at: now)
            try Self.describe(facts, row, &transaction)
            // A boot takes the host back into service; the restart that was asked for is done.
            guard booted else { return }
            try transaction.set("host", host, "current_operations", .map([]))
            try transaction.set("host", host, "enabled", .bool(true))
        }
    }

    private func record(_ host: Ref, _ change: @escaping @Sendable (inout Transaction) throws(APIError) -> Void) async {
        // A host that was taken out of the pool meanwhile needs no note.
        try? await pool.database.transaction(change)
    }

    private static func setLive(
        _ live: Bool,
        _ host: Row,
        _ transaction: inout Transaction,
        at time: Timestamp? = nil
    ) throws(APIError) {
        let metrics = host.ref("metrics")
        try transaction.set("host_metrics", metrics, "live", .bool(live))
        if let time { try transaction.set("host_metrics", metrics, "last_updated", .date(time)) }
    }

    private static func describe(_ facts: HostFacts, _ host: Row, _ transaction: inout Transaction) throws(APIError) {
        let versions = facts.softwareVersion.sorted { $0.key < $1.key }.map { Value.Member($0.key, .string($0.value)) }
        try transaction.set("host", host.ref, "software_version", .map(versions))
        try transaction.set("host", host.ref, "other_config", key: HostNote.bootTime.rawValue, decimal(facts.bootTime))
        try transaction.set(
            "host",
            host.ref,
            "other_config",
            key: HostNote.agentStart.rawValue,
            decimal(facts.agentStartTime)
        )
        try transaction.set("host", host.ref, "other_config", key: HostNote.bootID.rawValue, facts.bootID)
    }

    /// XenServer writes these times as floating-point numbers that end in a dot.
    private static func decimal(_ seconds: Int64) -> String { "\(seconds)." }
}
