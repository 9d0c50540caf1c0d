import PoolControl
import PoolDatabase
import Rollout
import XenAPI

/// From what an operator names to what a run knows.
extension RolloutService {
    /// A specification: names become uuids, updates become facts.
    func spec(_ options: RunOptions, run: String, by operatorName: String) async throws(APIError) -> RunSpec {
        let snapshot = control.database.snapshot
        func uuid(_ table: String, _ name: String, _ option: String) throws(APIError) -> String {
            try Self.uuid(table, name, option, snapshot)
        }
        func hosts(_ names: [String], _ option: String) throws(APIError) -> [String] {
            try names.flatMap { Self.names($0, "host", snapshot) }
                .map { name throws(APIError) in try uuid("host", name, option) }
        }
        var updates: [UpdateFacts] = []
        for name in options.updates { updates.append(try await facts(of: name, snapshot)) }
        var policy = options.policy
        // So many that no run waits past the last of them.
        policy.windows += (options.recurringWindows ?? []).flatMap { $0.next(12, after: now().seconds) }
        policy.windows.sort { $0.start < $1.start }
        // Whoever did not say how long to wait, waits as long as the server thinks right.
        if policy.limits == RunPolicy.Limits() { policy.limits = defaultLimits }
        if let canary = options.policy.canary { policy.canary?.host = try uuid("host", canary.host, "canary") }
        for (index, gate) in options.policy.gates.enumerated() {
            guard case .availability(let names, let minimum) = gate.kind else { continue }
            let vms = try names.map { name throws(APIError) in try uuid("VM", name, "gate.\(gate.name)") }
            policy.gates[index].kind = .availability(vms: vms, minimum: minimum)
        }
        let ways = options.consents.sorted { $0.key < $1.key }
            .flatMap { vm, way in Self.names(vm, "VM", snapshot).map { ($0, way) } }
        let consents = try ways.map { vm, way throws(APIError) in
            Consent(run: run, vm: try uuid("VM", vm, way.rawValue), way: way, givenBy: operatorName)
        }
        return RunSpec(
            run: run,
            startedBy: operatorName,
            updates: updates.withNewestPackages,
            excluded: try hosts(options.excluded, "exclude"),
            order: try hosts(options.order, "order"),
            mode: options.mode,
            policy: policy,
            consents: consents,
            fixes: options.fixes,
            maintained: try options.maintained.map { names throws(APIError) in try hosts(names, "maintenance") },
            restartsOnly: options.restartsOnly ? true : nil
        )
    }

    /// One name, or several with commas where nothing has the whole for its name.
    private static func names(_ text: String, _ table: String, _ snapshot: Snapshot) -> [String] {
        let isName = !text.contains(",") || snapshot.rows(table).contains { $0.nameLabel == text }
        return isName ? [text] : text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    /// What an option names. A name that nothing has is left as it is: the prechecks say so.
    ///
    /// - Throws: `VALUE_NOT_SUPPORTED` for a name that several have, with the uuid of each.
    private static func uuid(_ table: String, _ name: String, _ option: String, _ snapshot: Snapshot)
        throws(APIError) -> String
    {
        if let row = find(table, name, snapshot) { return row.uuid }
        let named = snapshot.rows(table).filter { $0.nameLabel == name && !name.isEmpty }
        guard named.count > 1 else { return name }
        let list = named.map { row in
            let address = row.string("address")
            return row.uuid + (address.isEmpty ? "" : " (\(address))")
        }
        let kind = table == "host" ? "hosts" : "VMs"
        throw APIError(
            "VALUE_NOT_SUPPORTED",
            [
                option, name,
                "a uuid, since \(named.count) \(kind) have this name: \(list.joined(separator: " or "))",
            ]
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
        do throws(ControlError) {
            let update = try await installer.find(row.uuid)
            let contents = try await contents(of: update, row)
            var facts = UpdateFacts(
                uuid: row.uuid,
                label: row.nameLabel,
                sha256: contents.sha256,
                guidance: row.texts("after_apply_guidance").map { Rollout.Guidance(rawValue: $0) },
                packages: contents.packages,
                installationSize: contents.installationSize,
                published: await installer.published(update)
            )
            facts.isForAllHosts = contents.isForAllHosts ? true : nil
            return facts
        } catch {
            guard case .refused(let refusal) = error else { throw .internalError(error.description) }
            throw refusal
        }
    }

    private func contents(of update: PreparedUpdate, _ row: Row) async throws(ControlError) -> UpdateContents {
        if let known = knownContents[update.id], known.sha256 == row.string("sha256") { return known }
        let contents = try await installer.contents(of: update)
        knownContents[update.id] = contents
        return contents
    }
}
