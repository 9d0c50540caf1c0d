import PoolDatabase
import Rollout
import XenAPI

/// A run as a row of the class `rollout`.
enum RunRow {
    /// The reference of a run's row: it stays the same over restarts.
    static func ref(_ run: String) -> Ref { Ref("OpaqueRef:" + run) }

    static func write(_ run: RunDetails, in database: PoolDatabase) async throws(APIError) {
        let ref = ref(run.run)
        try await database.transaction { transaction throws(APIError) in
            let snapshot = transaction.snapshot
            let values = values(run, snapshot)
            guard let row = snapshot.row("rollout", ref) else {
                transaction.create("rollout", ref, values)
                return
            }
            for (field, value) in values where row[field] != value {
                try transaction.set("rollout", ref, field, value)
            }
        }
    }

    private static func values(_ run: RunDetails, _ snapshot: Snapshot) -> [String: Value] {
        let updates = run.updates.compactMap { snapshot.row("pool_patch", uuid: $0.uuid)?.ref.rawValue }
        let hosts = run.hosts.compactMap { host in
            snapshot.row("host", uuid: host.uuid).map { Value.Member($0.ref.rawValue, .string(host.phase.rawValue)) }
        }
        let open = run.obligations.count { $0.state == .open }
        return [
            "uuid": .string(run.run),
            "name_label": .string(run.name),
            "name_description": .string(run.sentence),
            "mode": .string(run.mode.rawValue),
            "state": .string(run.state.rawValue),
            "ending": .string(run.ending?.rawValue ?? ""),
            "started_by": .string(run.startedBy),
            "started": .date(Timestamp(seconds: run.started)),
            "finished": .date(run.finished.map { Timestamp(seconds: $0) } ?? .never),
            "progress": .float((run.progress * 100).rounded() / 100),
            "updates": .strings(updates),
            "hosts": .map(hosts),
            "holds": .strings(run.waitsFor),
            "wave": .int(Int64(run.wave ?? -1)),
            "waves": .int(Int64(run.waves.count)),
            "planned_mixed_seconds": .int(Int64(run.plannedMixedSeconds ?? 0)),
            "lower_bound": .int(Int64(run.lowerBound ?? 0)),
            "open_obligations": .int(Int64(open)),
            "journal_head": .string(run.journalHead),
        ]
    }
}
