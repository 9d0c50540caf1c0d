import XenAPI
import XenAPIClient

/// What a fleet run has done at one pool. Each part looks first, and may be asked again.
extension PoolDoor {
    /// For how long a request that begins a run, or asks its prechecks, may take.
    static var longest: Duration { .seconds(FleetMachine.longestBeginning - 60) }

    /// Reaches the pool, brings the package there, and asks its prechecks.
    func prepare(_ spec: FleetSpec) async -> Preparation {
        do throws(Failure) {
            _ = try await identity()
            // What knows no runs is told so before anything is missed there.
            let runs = try await runs()
            let update = try await update(spec)
            if let update, try await isEverywhere(update.record) { return .hasIt }
            if let active = runs.first(where: { Self.isActive($0.value) }) {
                throw Failure(
                    kind: .running,
                    text:
                        "Run \(active.value.words("uuid")) (\(active.value.words("name_label"))) goes on there."
                )
            }
            do throws(Failure) { try await askPrechecks(update, spec) } catch {
                // The pool knows the update, and its package was cleaned away.
                guard error.code == "CANNOT_FIND_PATCH", let wanted = spec.update else { throw error }
                try await send(wanted)
                try await askPrechecks(update, spec)
            }
            return .ready
        } catch {
            return .obstacle(Obstacle(error.kind, error.text))
        }
    }

    /// Begins the pool's run, unless that was done already.
    func begin(_ spec: FleetSpec) async -> Beginning {
        do throws(Failure) {
            _ = try await identity()
            let update = try await update(spec)
            return try await start(update, spec)
        } catch {
            // The answer may have been lost on its way: only a later look can tell.
            return error.kind == .unreachable ? .unknown(error.text) : .obstacle(Obstacle(error.kind, error.text))
        }
    }

    /// Finds out whether the pool's run was begun, and begins nothing.
    func settle(_ spec: FleetSpec) async -> Beginning {
        do throws(Failure) {
            _ = try await identity()
            let run = spec.run(at: name)
            return try await runs().contains { $0.value.words("uuid") == run } ? .run(run) : .none
        } catch {
            return .unknown(error.text)
        }
    }

    /// Looks at the pool's run.
    func watch(_ run: String) async -> RunLook {
        do throws(Failure) {
            _ = try await identity()
            let reference = try await call("rollout.get_by_uuid", [.string(run)])
            let record = try await call("rollout.get_record", [reference])
            let hosts = record["hosts"]?.members?.compactMap(\.value.text) ?? []
            let failed = hosts.count { $0 == "failed" }
            guard !Self.isActive(record) else {
                return .going(failedHosts: failed, holds: record["holds"]?.elements?.compactMap(\.text) ?? [])
            }
            return .ended(
                RunEnd(
                    ending: record.words("ending"),
                    doneHosts: hosts.count { $0 == "done" },
                    failedHosts: failed,
                    owed: record["open_obligations"]?.count ?? 0,
                    head: record.words("journal_head"),
                    text: record.words("name_description")
                )
            )
        } catch {
            if error.code == "UUID_INVALID" || error.code == "HANDLE_INVALID" { return .gone }
            // Another pool in its place says nothing of this one's run.
            return .silent(error.text)
        }
    }

    /// Whether a pool that was updated is well: every host enabled, nothing owed.
    func check() async -> Health {
        do throws(Failure) {
            _ = try await identity()
            let hosts = try await call("host.get_all_records").members?.map(\.value) ?? []
            let down = hosts.filter { !($0["enabled"]?.isTrue ?? false) }.map { $0.words("name_label") }
            if !down.isEmpty { return .unwell("hosts are disabled: \(down.sorted().joined(separator: ", ")).") }
            let owed = try await call("rollout.get_obligations").elements ?? []
            let words = owed.map { $0.words("text") }
            return words.isEmpty ? .well : .unwell("runs still owe: \(words.joined(separator: "; ")).")
        } catch {
            return error.kind == .unreachable ? .silent(error.text) : .unwell(error.text)
        }
    }

    /// Whether a run's own journal is whole and ends with the head that was noted; a sentence where it does not.
    func verify(_ run: String, head: String) async -> String? {
        do throws(Failure) {
            _ = try await identity()
            let reference = try await call("rollout.get_by_uuid", [.string(run)])
            let answer = try await call("rollout.verify_journal", [reference, .string(head)]).text ?? ""
            guard let verdict = try? Coding.read(Verdict.self, Array(answer.utf8)) else {
                return "What it says of the journal of run \(run) is not understood."
            }
            return verdict.problem.map { "Run \(run): \($0)" }
        } catch {
            return error.text
        }
    }

    // MARK: Parts

    /// What a pool says of a journal.
    private struct Verdict: Decodable {
        var problem: String?
    }

    typealias Update = (reference: Value, record: Value)

    /// The update, brought to the pool where it lacks it; nil where hosts are only restarted.
    private func update(_ spec: FleetSpec) async throws(Failure) -> Update? {
        guard let wanted = spec.update else { return nil }
        if let found = try await find(spec) {
            try Self.compare(found, wanted)
            return found
        }
        try await send(wanted)
        guard let found = try await find(spec) else {
            throw Failure(
                kind: .refused,
                text: "It took the package, and does not know \(wanted.label) afterwards."
            )
        }
        try Self.compare(found, wanted)
        return found
    }

    /// Two pools of one fleet run never get different bytes.
    private static func compare(_ found: Update, _ wanted: FleetUpdate) throws(Failure) {
        let there = found.record.words("sha256").lowercased()
        guard let sha256 = wanted.sha256, !there.isEmpty, there != sha256 else { return }
        throw Failure(
            kind: .refused,
            text: "It has another build of \(wanted.label): SHA-256 \(there), and the package given was \(sha256)."
        )
    }

    /// Uploads the package; the pool verifies it.
    private func send(_ wanted: FleetUpdate) async throws(Failure) {
        guard let package = wanted.package else {
            throw Failure(
                kind: .lacking,
                text: "It lacks \(wanted.label): give its file with --package, or upload it there."
            )
        }
        do throws(XenAPIError) {
            let label = "Upload of \(wanted.label) for the fleet"
            _ = try await client.upload(package, to: "/pool_patch_upload", label: label)
        } catch {
            let why = failure(error)
            throw Failure(
                kind: why.kind == .unreachable ? .unreachable : .prechecks,
                text: "It does not take the package. \(why.text)"
            )
        }
    }

    private func find(_ spec: FleetSpec) async throws(Failure) -> Update? {
        guard let wanted = spec.update else { return nil }
        let all = try await call("pool_patch.get_all_records").members ?? []
        let hits = all.filter { $0.value.words("uuid") == wanted.id }
        let named = hits.isEmpty ? all.filter { $0.value.words("name_label") == wanted.id } : hits
        guard named.count < 2 else {
            throw Failure(kind: .refused, text: "It has \(named.count) updates named \(wanted.id): give a uuid.")
        }
        return named.first.map { (.string($0.key), $0.value) }
    }

    private func isEverywhere(_ update: Value) async throws(Failure) -> Bool {
        let stamps = Set(update["host_patches"]?.elements?.compactMap(\.text) ?? [])
        guard !stamps.isEmpty else { return false }
        let rows = try await call("host_patch.get_all_records").members ?? []
        let having = rows.filter { stamps.contains($0.key) && $0.value["applied"]?.isTrue ?? false }
        let hosts = try await call("host.get_all").elements ?? []
        return Set(having.map { $0.value.words("host") }).isSuperset(of: hosts.compactMap(\.text))
    }

    func runs() async throws(Failure) -> [Value.Member] { try await call("rollout.get_all_records").members ?? [] }

    static func isActive(_ run: Value) -> Bool { run.words("state") != "ended" && run.words("state") != "unreadable" }

    private func askPrechecks(_ update: Update?, _ spec: FleetSpec) async throws(Failure) {
        let problems =
            try await call("rollout.prechecks", parameters(update, spec), within: Self.longest).elements ?? []
        let refusing = problems.filter { $0["refuses"]?.isTrue ?? false }.map { $0.words("text") }
        guard refusing.isEmpty else {
            throw Failure(kind: .prechecks, text: refusing.joined(separator: " "))
        }
    }

    private func start(_ update: Update?, _ spec: FleetSpec) async throws(Failure) -> Beginning {
        let reference: Value
        do throws(XenAPIError) {
            // Under its own id: asked once more, the pool answers with the run that it has begun.
            let parameters = parameters(update, spec, run: spec.run(at: name))
            reference = try await client.call("rollout.start", parameters, within: Self.longest)
        } catch {
            guard case .refused(let refusal) = error else { throw failure(error) }
            switch refusal.code {
            case "ROLLOUT_PRECHECK_FAILED":
                throw Failure(kind: .prechecks, text: refusal.parameters.joined(separator: " "))
            case "ROLLOUT_ACTIVE":
                guard try await runs().contains(where: { Self.isActive($0.value) }) else {
                    return .unknown("A run is just being begun there.")
                }
                throw Failure(kind: .running, text: "Run \(refusal.parameters.first ?? "") goes on there.")
            default: throw failure(error)
            }
        }
        return .run(try await call("rollout.get_uuid", [reference]).text ?? "")
    }

    private func parameters(_ update: Update?, _ spec: FleetSpec, run: String? = nil) -> [Value] {
        var options = spec.options
        if let run { options["run"] = run }
        let words = options.sorted { $0.key < $1.key }.map { Value.Member($0.key, .string($0.value)) }
        return [.set(update.map { [$0.reference] } ?? []), .map(words)]
    }
}
