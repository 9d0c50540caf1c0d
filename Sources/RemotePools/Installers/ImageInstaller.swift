public import PoolControl
import PoolDatabase
import Synchronization
public import XenAPI
import XenAPIClient

/// Update images on XenServer 7.1 to 8.2, by class `pool_update`.
public struct ImageInstaller: RemoteInstaller {
    let pool: RemoteControl
    private let livepatches = Livepatches()

    /// What prechecks said about running systems. What is forgotten counts as a restart.
    private final class Livepatches: Sendable {
        let complete = Mutex<Set<String>>([])
    }

    init(pool: RemoteControl) { self.pool = pool }

    public var kind: InstallerKind { .poolUpdate }

    /// By its older twin of class `pool_patch`, which every door knows, or by its own uuid.
    public func find(_ id: String) async throws(ControlError) -> PreparedUpdate {
        let snapshot = pool.database.snapshot
        let twin = snapshot.row("pool_patch", uuid: id)
        guard
            let row = twin.flatMap({ snapshot.row("pool_update", $0.image) })
                ?? snapshot.row("pool_update", uuid: id)
        else { throw .refused(.uuidInvalid("pool_update", id)) }
        return PreparedUpdate(id, row)
    }

    public func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents {
        var contents = noted(of: update)
        let image = row(of: update)?.image
        let known = image.flatMap { pool.database.snapshot.row("pool_update", $0) }
        contents.isForAllHosts = known?.bool("enforce_homogeneity") ?? false
        return contents
    }

    public func outlook() async throws(ControlError) -> String {
        let place = try await storage(for: 1 << 30)
        return "images go to \(try await pool.client.ask("SR.get_name_label", .ref(place)).text ?? place.rawValue)"
    }

    public func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void)
        async throws(ControlError) -> PreparedUpdate
    {
        guard case .file(let path) = source, let size = LocalFile.size(of: path) else {
            throw .impossible("XenServer 7.1 to 8.2 takes update images (.iso): name one that can be read.")
        }
        let storage = try await storage(for: size)
        let image: Value
        do throws(XenAPIError) {
            let result = try await pool.client.upload(
                path,
                to: "/import_raw_vdi",
                query: ["sr_id": storage.rawValue],
                label: "Upload of an update",
                onProgress: progress
            )
            image = XenAPIClient.value(ofResult: result)
        } catch {
            throw ControlError(error)
        }
        // Who finds it in the storage is to know what it is; that it has no name is in nobody's way.
        let name = "\(path.split(separator: "/").last ?? "An") (update image)"
        _ = try? await pool.client.ask("VDI.set_name_label", image, .string(name))
        let reference: Ref
        do throws(ControlError) {
            reference = Ref(try await pool.client.perform("pool_update.introduce", image).text ?? "")
        } catch {
            // Nothing of ours is left behind.
            _ = try? await pool.client.perform("VDI.destroy", image)
            guard case .refused(let refusal) = error, refusal.code == "UPDATE_ALREADY_EXISTS",
                let uuid = refusal.parameters.first
            else { throw error }
            return try await known(Ref(try await pool.client.ask("pool_update.get_by_uuid", .string(uuid)).text ?? ""))
        }
        return try await known(reference)
    }

    private func known(_ reference: Ref) async throws(ControlError) -> PreparedUpdate {
        let record = try await pool.client.record("pool_update", reference)
        return PreparedUpdate(
            id: record["uuid"]?.text ?? "",
            label: record["name_label"]?.text ?? "",
            reference: reference.rawValue,
            guidance: record.texts("after_apply_guidance")
        )
    }

    /// Storage that every host reaches and that has room: the pool's default one where it does, else the roomiest.
    private func storage(for size: Int64) async throws(ControlError) -> Ref {
        let record = try await pool.client.record("pool", try await pool.pool())
        let hosts = Set(try await pool.hosts.map { $0.ref })
        let plugs = try await pool.client.ask("PBD.get_all_records").members ?? []
        var attached: [Ref: Set<Ref>] = [:]
        for plug in plugs.map(\.value) where plug.flag("currently_attached") {
            attached[plug.ref("SR"), default: []].insert(plug.ref("host"))
        }
        let records = try await pool.client.ask("SR.get_all_records").members ?? []
        let fitting = records.filter { record in
            record.value["content_type"]?.text != "iso" && attached[Ref(record.key)] == hosts
                && (record.value.flag("shared") || hosts.count == 1)
        }
        guard !fitting.isEmpty else {
            throw .impossible(
                "No storage is plugged on every host, where the image of the update has to lie: plug shared storage on all "
                    + "hosts, or add some."
            )
        }
        func room(_ record: Value) -> Int64 {
            record.number("physical_size").subtractingReportingOverflow(record.number("physical_utilisation"))
                .partialValue
        }
        let roomy = fitting.filter { room($0.value) >= size }.sorted { room($0.value) > room($1.value) }
        guard let most = roomy.first else {
            let names = fitting.map { $0.value["name_label"]?.text ?? $0.key }.joined(separator: ", ")
            throw .impossible("The image takes \(size >> 20) MiB, and \(names) has less room: make some.")
        }
        let preferred = record.ref("default_SR")
        return roomy.contains { Ref($0.key) == preferred } ? preferred : Ref(most.key)
    }

    public func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
        let answer = try await pool.client.perform("pool_update.precheck", .string(update.reference), .ref(host))
        let word = answer.text ?? ""
        let key = update.reference + host.rawValue
        livepatches.complete.withLock { complete in
            if word == "ok_livepatch_complete" { complete.insert(key) } else { complete.remove(key) }
        }
        switch word {
        case "ok_livepatch_complete": return PrecheckAnswer(output: word, livepatch: .complete)
        case "ok_livepatch_incomplete": return PrecheckAnswer(output: word, livepatch: .incomplete)
        default: return PrecheckAnswer(output: word)
        }
    }

    public func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        if try await !isInstalled(update, on: host) {
            do throws(ControlError) {
                try await pool.client.perform("pool_update.apply", .string(update.reference), .ref(host))
            } catch {
                switch error {
                case .refused(let refusal) where refusal.code == "UPDATE_ALREADY_APPLIED": break
                case .silent(_, mayBeDone: true):
                    guard try await isInstalled(update, on: host) else { throw error }
                default: throw error
                }
            }
            await cleanAfterLast(update)
        }
        return try await pendingGuidance(of: update, on: host)
    }

    /// Once every host has the update its image only takes room on shared storage. That it could not be taken away is no
    /// reason to call the update failed: `pitstop rollout` goes on, and `xe update-pool-clean` can be asked later.
    private func cleanAfterLast(_ update: PreparedUpdate) async {
        do throws(ControlError) {
            let record = try await pool.client.record("pool_update", Ref(update.reference))
            let lacking = try await Set(pool.hosts.map { $0.ref }).subtracting(record.refs("hosts"))
            guard lacking.isEmpty, !record.ref("vdi").isNull else { return }
            try await cleanUp(after: update)
        } catch { return }
    }

    public func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        let record = try await pool.client.record("host", host)
        let waits = record.refs("updates_requiring_reboot").contains(Ref(update.reference))
        let isMended = isMended(host, by: update)
        let applied = try await applied(update, record)
        return Set(update.guidance.map { UpdateGuidance(word: $0) }).filter { word in
            switch word {
            case .restartHost:
                // The host itself says so; what it does not say, its boot does.
                waits || !(isMended || applied.map { RemoteControl.started(record, "boot_time", after: $0) } ?? false)
            case .restartToolstack:
                !(applied.map { RemoteControl.started(record, "agent_start_time", after: $0) } ?? false)
            default: true
            }
        }
    }

    /// Only of a host whose running system was mended it is known that nothing waits; of others the host's own list may lack what
    /// the update asks for.
    func owed(by host: Ref, for updates: [PreparedUpdate]) async throws(ControlError) -> Set<UpdateGuidance>? {
        guard !updates.isEmpty, updates.allSatisfy({ isMended(host, by: $0) }) else { return nil }
        var owed: Set<UpdateGuidance> = []
        for update in updates { owed.formUnion(try await pendingGuidance(of: update, on: host)) }
        return owed
    }

    private func isMended(_ host: Ref, by update: PreparedUpdate) -> Bool {
        livepatches.complete.withLock { $0.contains(update.reference + host.rawValue) }
    }

    /// When a host got the update, which its older twin of class `host_patch` knows.
    private func applied(_ update: PreparedUpdate, _ host: Value) async throws(ControlError) -> Timestamp? {
        for reference in host.refs("patches") {
            let record = try await pool.client.record("host_patch", reference)
            let twin = record.ref("pool_patch")
            let patch = try await pool.client.record("pool_patch", twin)
            guard patch.ref("pool_update").rawValue == update.reference else { continue }
            try await pool.take([
                .found("host_patch", reference, record), .found("pool_patch", twin, patch),
            ])
            return record.time("timestamp_applied")
        }
        return nil
    }

    public func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool {
        try await pool.client.record("host", host).refs("updates").contains(Ref(update.reference))
    }

    public func cleanUp(after update: PreparedUpdate) async throws(ControlError) {
        try await pool.client.perform("pool_update.pool_clean", .string(update.reference))
    }
}
