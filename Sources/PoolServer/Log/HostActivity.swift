import Logging
import PoolControl
import PoolDatabase
import PoolOperations
import ServiceLifecycle
import XenAPI

/// Tells the log which hosts are lost and back, restarted, and in service or not, whoever did that.
struct HostActivity: Service {
    private let pool: Pool
    private let activity: Activity
    /// What changes from now on is told.
    private let start: Snapshot

    init(pool: Pool, activity: Activity) {
        (self.pool, self.activity) = (pool, activity)
        start = pool.database.snapshot
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let hosts = Interest(tables: ["host", "host_metrics"])
            var before = start
            while !Task.isCancelled {
                let now = await pool.database.change(after: before.generation, of: hosts)
                tell(before, now)
                before = now
            }
        }
    }

    private func tell(_ before: Snapshot, _ now: Snapshot) {
        for host in now.rows("host") {
            guard let former = before.stored("host", host.ref) else { continue }
            let facts = ["host": host.nameLabel, "uuid": host.uuid]
            switch (before.isLive(former), now.isLive(host)) {
            case (true, false): activity.tell(.hostSilent, .warning, "Host \(host.nameLabel) gives no answer.", facts)
            case (false, true): activity.tell(.hostBack, .notice, "Host \(host.nameLabel) answers.", facts)
            default: break
            }
            if let boot = host.bootID, let earlier = former.bootID, boot != earlier {
                activity.tell(.hostRestarted, .notice, "Host \(host.nameLabel) has restarted.", facts)
            }
            switch (former.isHostEnabled, host.isHostEnabled) {
            case (true, false): activity.tell(.hostDisabled, .info, "Host \(host.nameLabel) is disabled.", facts)
            case (false, true): activity.tell(.hostEnabled, .info, "Host \(host.nameLabel) is enabled.", facts)
            default: break
            }
        }
    }
}

extension Row {
    /// Whether a host is in service.
    var isHostEnabled: Bool { bool("enabled") }
}
