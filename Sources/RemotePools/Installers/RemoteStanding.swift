import PoolControl
import PoolDatabase
import XenAPI

extension RemoteInstaller {
    /// Rows of class `host_patch` for what a host was seen to have.
    func show(_ standing: HostStanding, of updates: [PreparedUpdate], on host: Ref) async throws(ControlError) {
        let known = updates.compactMap { update in
            row(of: update).map { (patch: $0.ref, isThere: standing.updates.contains(update.id)) }
        }
        let isWaiting = !(standing.owed ?? []).isDisjoint(with: [.restartHost, .restartToolstack])
        let database = pool.database
        // What was seen there once stays: a host that has taken what came later has all that came before.
        let isShown = { (snapshot: Snapshot) in
            known.allSatisfy { !$0.isThere || !snapshot.stamps(of: $0.patch, on: host).isEmpty }
        }
        guard !isShown(database.snapshot) else { return }
        try await ControlError.asking { () throws(APIError) in
            try await database.transaction { transaction throws(APIError) in
                guard let row = transaction.snapshot.stored("host", host) else { return }
                // When it was applied nobody has seen: before the host's last start where nothing waits for one, else after it,
                // and after that of its toolstack, which is always somewhat later.
                let starts = row.startTimes
                let time = Timestamp(
                    seconds: isWaiting ? (starts.max() ?? 0).addingReportingOverflow(1).partialValue : starts.min() ?? 0
                )
                for (patch, isThere) in known
                where isThere && transaction.snapshot.stamps(of: patch, on: host).isEmpty {
                    let uuid = Self.uuid(of: patch, on: host)
                    transaction.create(
                        "host_patch",
                        Ref("OpaqueRef:\(uuid)"),
                        [
                            "uuid": .string(uuid), "host": .string(host.rawValue), "applied": .bool(true),
                            "timestamp_applied": .date(time), "pool_patch": .string(patch.rawValue),
                        ]
                    )
                }
            }
        }
    }

    /// The same for the same two, however often it is seen.
    private static func uuid(of patch: Ref, on host: Ref) -> String {
        RemoteControl.uuid(ofDigest: RemoteControl.digest(of: "\(patch.rawValue) \(host.rawValue)"))
    }
}

extension Snapshot {
    /// The rows that say which hosts have an update, each with its host.
    func stamps(of patch: Ref) -> [(ref: Ref, host: Ref)] {
        pointing(at: patch, "pool_patch", "host_patches").compactMap { stamp in
            stored("host_patch", stamp).map { (stamp, $0.ref("host")) }
        }
    }

    /// Those of one host.
    fileprivate func stamps(of patch: Ref, on host: Ref) -> [Ref] {
        stamps(of: patch).filter { $0.host == host }.map(\.ref)
    }
}

extension Row {
    /// When a host and its toolstack have started, in seconds since the epoch, as far as it says.
    fileprivate var startTimes: [Int64] {
        ["boot_time", "agent_start_time"].compactMap { RemoteControl.seconds(map("other_config", $0)) }
    }
}
