import Hosts
public import PoolDatabase
import XenAPI

/// When the pool's metadata were saved last, as `pool.other_config` notes it. Whoever saves them by other means may set the
/// key: `xe pool-param-set uuid=… other-config:pitstop-backup=$(date +%s)`.
private let backupKey = "pitstop-backup"

extension Pool {
    /// Notes that all of the pool's database has been handed out just now. A recording stays as it was recorded.
    public func noteBackup() async {
        guard hosts.absence == nil else { return }
        let time = "\(now().seconds)"
        // The backup is good without the note, too.
        try? await database.transaction { transaction throws(APIError) in
            let pool = try transaction.snapshot.pool()
            try transaction.set("pool", pool.ref, "other_config", key: backupKey, time)
        }
    }
}

extension Snapshot {
    /// When the pool's metadata were saved last, in seconds since the epoch; nil where nobody knows.
    public var lastBackup: Int64? {
        (try? pool())?.map("other_config", backupKey).flatMap { HostTime.seconds($0) }
    }
}
