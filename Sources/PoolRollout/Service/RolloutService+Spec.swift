import PoolDatabase
import PoolOperations
import PoolPatching
import Rollout
import UpdatePackage
import XenAPI

/// From what an operator names to what a run knows.
extension RolloutService {
    /// A specification: names become uuids, updates become facts.
    func spec(_ options: RunOptions, run: String, by operatorName: String) async throws(APIError) -> RunSpec {
        let snapshot = pool.database.snapshot
        func uuid(_ table: String, _ name: String) -> String { Self.find(table, name, snapshot)?.uuid ?? name }
        var updates: [UpdateFacts] = []
        for name in options.updates { updates.append(try await facts(of: name, snapshot)) }
        var policy = options.policy
        // Whoever did not say how long to wait, waits as long as the server thinks right.
        if policy.limits == RunPolicy.Limits() { policy.limits = defaultLimits }
        policy.canary?.host = uuid("host", options.policy.canary?.host ?? "")
        let consents = options.consents.sorted { $0.key < $1.key }.map { vm, way in
            Consent(run: run, vm: uuid("VM", vm), way: way, givenBy: operatorName)
        }
        return RunSpec(
            run: run,
            startedBy: operatorName,
            updates: updates.withNewestPackages,
            excluded: options.excluded.map { uuid("host", $0) },
            order: options.order.map { uuid("host", $0) },
            mode: options.mode,
            policy: policy,
            consents: consents,
            fixes: options.fixes
        )
    }

    /// A row by its uuid, reference or name; the name has to be the only one of its kind.
    static func find(_ table: String, _ name: String, _ snapshot: Snapshot) -> Row? {
        if let row = snapshot.row(table, uuid: name) ?? snapshot.row(table, Ref(name)) { return row }
        let named = snapshot.rows(table).filter { $0.nameLabel == name && !name.isEmpty }
        return named.count == 1 ? named[0] : nil
    }

    /// What a run has to know of an update: looked up in its package, which is inspected once.
    private func facts(of name: String, _ snapshot: Snapshot) async throws(APIError) -> UpdateFacts {
        guard let row = Self.find("pool_patch", name, snapshot) else { throw .uuidInvalid("pool_patch", name) }
        var facts = try await packageFacts(row)
        facts.published = await patches.published(row)
        return facts
    }

    private func packageFacts(_ row: Row) async throws(APIError) -> UpdateFacts {
        let digest = row.map("other_config", "sha256") ?? ""
        if let known = knownFacts[row.uuid], known.sha256 == digest { return known }
        let guidance = row.texts("after_apply_guidance").compactMap { Rollout.Guidance(rawValue: $0) }
        var facts = UpdateFacts(uuid: row.uuid, label: row.nameLabel, sha256: digest, guidance: guidance)
        let contents = try await patches.inspect(row.ref)
        for rpm in contents.rpms { facts.packages[rpm.name] = "\(rpm.version)-\(rpm.release)" }
        for deb in contents.debs { facts.packages[deb.identity] = deb.version.description }
        facts.installationSize = contents.payloadSize
        knownFacts[row.uuid] = facts
        return facts
    }
}
