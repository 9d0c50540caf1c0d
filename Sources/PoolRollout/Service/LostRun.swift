import PoolDatabase
import XenAPI

/// A run of which nobody knows any more what it had switched off.
enum LostRun {
    /// What looks as though a run had left it, in words, for who closes such a run.
    static func leftovers(in snapshot: Snapshot) -> [String] {
        var found: [String] = []
        if let pool = try? snapshot.pool(), !pool.bool("ha_enabled") {
            found.append("high availability (it is off)")
        }
        found += snapshot.rows("host").filter { !$0.isEnabled }.map { "host \($0.nameLabel) (it is disabled)" }
        let stopped = snapshot.rows("VM").filter { $0.powerState == "Suspended" }
        return found + stopped.map { "VM \($0.nameLabel) (it is suspended)" }
    }
}
