import Basics
import Logging
import Notices
import PoolDatabase
import PoolOperations
import PoolPatching
import PoolRollout
import RemotePools
import UpdatePackage
import XenAPI

extension OpenedPool {
    /// What tells people of the pool's runs, from now on.
    ///
    /// - Parameters:
    ///   - file: who is told, besides the pool itself; nil for nobody.
    ///   - certificate: when the server's certificate ends, in seconds since the epoch.
    func notices(
        of rollouts: RolloutService,
        to file: String?,
        certificate: @escaping @Sendable () -> Int64?,
        logger: Logger
    ) async throws -> NoticeService {
        let (pool, relay, patches) = (pool, try relay, patches)
        let hooks = Hooks(folder: directory.hooks)
        for refusal in hooks.refusals { logger.warning("\(refusal)", metadata: ["event": "hook.refused"]) }
        let service = try NoticeService(
            try file.map(NoticeReceivers.named) ?? NoticeReceivers(),
            hooks: hooks,
            toPool: { notice in
                let fields = try notice.message(in: pool.database.snapshot)
                guard let fields else { return }
                if let relay {
                    let names = ["name", "priority", "cls", "obj_uuid", "body"]
                    let values = names.compactMap { fields[$0] }
                    _ = try await relay.send("message.create", values, isLong: false) { _ in }
                } else {
                    _ = try await pool.notice(fields)
                }
            },
            directory: directory.path,
            runs: RunJournals(ended: { await rollouts.beginnings }, snapshot: { await rollouts.snapshot(of: $0) }),
            standing: {
                Standing(
                    certificateEnds: certificate(),
                    lastBackup: pool.database.snapshot.lastBackup,
                    missing: await patches.missingUpdates
                )
            },
            pool: { (try? pool.database.snapshot.pool())?.nameLabel ?? "" },
            now: { pool.now().seconds },
            logger: logger
        )
        await rollouts.follow { await service.note($0) }
        return service
    }
}

extension PatchService {
    /// What the catalogue in use says that hosts lack; nothing where there is none, for then nobody knows.
    fileprivate var missingUpdates: [Standing.Missing] {
        get async {
            guard let updates = try? await poolUpdates() else { return [] }
            return (updates.order ?? []).compactMap { uuid in
                guard let update = updates.update(uuid), let since = Timestamp(iso8601: update.published) else {
                    return nil
                }
                let hosts = updates.hostsNeeding(uuid).map(\.name)
                return Standing.Missing(uuid: uuid, label: update.label, since: since.seconds, hosts: hosts)
            }
        }
    }
}

extension Notice {
    private static let poolClass = "Pool"

    /// The notice as XenAPI's `message`, which XenCenter shows; nil where the pool has it already.
    fileprivate func message(in snapshot: Snapshot) throws(APIError) -> [String: Value]? {
        let name = "PITSTOP_" + event.rawValue.uppercased().replacing("-", with: "_")
        let body = text + (run.isEmpty ? "" : "\nRun \(id)")
        let isThere = snapshot.rows("message").contains { $0["name"] == .string(name) && $0["body"] == .string(body) }
        guard !isThere else { return nil }
        return [
            "name": .string(name), "priority": .int(event.isUrgent ? 3 : 5), "cls": .string(Self.poolClass),
            "obj_uuid": .string(try snapshot.pool().uuid), "body": .string(body),
        ]
    }
}

extension NoticeReceivers {
    /// Reads the file that an option names.
    static func named(_ file: String) throws -> NoticeReceivers {
        do { return try NoticeReceivers(file: file) } catch let refusal as GivenFile.Refusal {
            throw OperatorError("The file of receivers \(refusal)")
        }
    }
}
