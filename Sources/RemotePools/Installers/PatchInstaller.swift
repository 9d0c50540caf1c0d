public import PoolControl
import PoolDatabase
import SystemPackage
public import XenAPI
import XenAPIClient

/// `.xsupdate` files on XenServer 5.6 to 7.0, by class `pool_patch`.
public struct PatchInstaller: RemoteInstaller {
    let pool: RemoteControl

    public var kind: InstallerKind { .poolPatch }

    public func find(_ id: String) async throws(ControlError) -> PreparedUpdate {
        guard let row = pool.database.snapshot.row("pool_patch", uuid: id) else {
            throw .refused(.uuidInvalid("pool_patch", id))
        }
        return PreparedUpdate(id, row)
    }

    public func outlook() async throws(ControlError) -> String {
        let known = try await pool.client.ask("pool_patch.get_all").elements ?? []
        return "the pool takes .xsupdate files; it knows \(known.count) updates"
    }

    public func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void)
        async throws(ControlError) -> PreparedUpdate
    {
        guard case .file(let path) = source else {
            throw .impossible("XenServer up to 7.0 takes update files (.xsupdate): name one.")
        }
        let reference = try await send(path, progress)
        let record = try await pool.client.record("pool_patch", reference)
        return PreparedUpdate(
            id: record["uuid"]?.text ?? "",
            label: record["name_label"]?.text ?? "",
            reference: reference.rawValue,
            guidance: record.texts("after_apply_guidance")
        )
    }

    private func send(_ path: String, _ progress: @escaping @Sendable (Int64) -> Void) async throws(ControlError) -> Ref
    {
        do throws(XenAPIError) {
            return Ref(
                try await pool.client.upload(
                    path,
                    to: "/pool_patch_upload",
                    label: "Upload of an update",
                    onProgress: progress
                )
            )
        } catch {
            guard case .refused(let refusal) = error, refusal.code == "PATCH_ALREADY_EXISTS",
                let uuid = refusal.parameters.first
            else { throw ControlError(error) }
            let there = Ref(try await pool.client.ask("pool_patch.get_by_uuid", .string(uuid)).text ?? "")
            try await compare(there, with: path)
            return there
        }
    }

    /// What is there already may be something else of the same uuid.
    private func compare(_ patch: Ref, with path: String) async throws(ControlError) {
        let record = try await pool.client.record("pool_patch", patch)
        let there = record.number("size")
        guard there > 0, let here = LocalFile.size(of: path), here != there else { return }
        throw .impossible(
            "The pool has an update \(record["name_label"]?.text ?? "") (\(record["uuid"]?.text ?? "")) of other bytes: "
                + "\(there) there, \(here) here. Find out which is right, and remove the other (patch-destroy) first."
        )
    }

    public func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
        let patch = Value.string(update.reference)
        let output = try await pool.client.perform("pool_patch.precheck", patch, .ref(host)).text ?? ""
        // A precheck may succeed and yet print an error, which clients of the time looked for.
        if let start = output.firstRange(of: "errorcode=\"") {
            let code = String(output[start.upperBound...].prefix { $0 != "\"" })
            throw .refused(APIError(code, [update.reference, output]))
        }
        return PrecheckAnswer(output: output)
    }

    public func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        if try await !isInstalled(update, on: host) {
            do throws(ControlError) {
                try await pool.client.perform("pool_patch.apply", .string(update.reference), .ref(host))
            } catch {
                // Where the answer was lost, the host's own list says whether it was done.
                switch error {
                case .refused(let refusal) where refusal.code == "PATCH_ALREADY_APPLIED": break
                case .silent(_, mayBeDone: true):
                    guard try await isInstalled(update, on: host) else { throw error }
                default: throw error
                }
            }
        }
        return try await pendingGuidance(of: update, on: host)
    }

    public func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        let wanted = Set(update.guidance.map { UpdateGuidance(word: $0) })
        guard let applied = try await applied(update, on: host) else { return wanted }
        let record = try await pool.client.record("host", host)
        return wanted.filter { word in
            switch word {
            case .restartHost: !RemoteControl.started(record, "boot_time", after: applied)
            case .restartToolstack: !RemoteControl.started(record, "agent_start_time", after: applied)
            default: true
            }
        }
    }

    public func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool {
        try await applied(update, on: host) != nil
    }

    /// When a host got the update; nil where it has not.
    private func applied(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Timestamp? {
        for reference in try await pool.client.record("host", host).refs("patches") {
            let record = try await pool.client.record("host_patch", reference)
            guard record.ref("pool_patch").rawValue == update.reference, record.flag("applied") else { continue }
            try await pool.take([.found("host_patch", reference, record)])
            return record.time("timestamp_applied") ?? .never
        }
        return nil
    }

    public func cleanUp(after update: PreparedUpdate) async throws(ControlError) {
        do throws(ControlError) {
            try await pool.client.perform("pool_patch.pool_clean", .string(update.reference))
        } catch {
            guard error.code == "MESSAGE_METHOD_UNKNOWN" else { throw error }
            try await pool.client.perform("pool_patch.clean", .string(update.reference))
        }
    }
}

/// Files of this machine.
enum LocalFile {
    /// Its length in bytes; nil where it can not be read.
    static func size(of path: String) -> Int64? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        return try? file.seek(offset: 0, from: .end)
    }
}
