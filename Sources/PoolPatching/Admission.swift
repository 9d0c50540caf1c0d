import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

/// How an upload becomes a patch of the pool.
extension PatchService {
    /// Makes sure that there is room for an upload.
    ///
    /// - Parameter size: bytes to come.
    /// - Throws: `OUT_OF_SPACE` where the package and its unpacked program would not fit.
    public func assertRoom(for size: Int64) throws(APIError) {
        guard files.freeBytes() / 2 >= size else { throw APIError("OUT_OF_SPACE", [files.directory]) }
    }

    /// Begins an upload.
    ///
    /// - Parameter now: the clock by which its pace is judged.
    /// - Throws: `OUT_OF_SPACE`.
    public func beginUpload(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) throws(APIError) -> Upload {
        try Upload(
            path: files.incomingPath(pool.makeUUID()),
            files: files,
            kind: passingOn?.kind ?? .packages,
            limits: limits,
            now: now
        )
    }

    /// Gives an upload up that did not arrive whole: nothing of it stays.
    public func abandon(_ upload: Upload) { files.removeIncoming(upload.path) }

    /// Takes an upload in: verifies it, asks it who it is, and enters it into the database. Where any of this fails the
    /// file is removed.
    ///
    /// - Parameter onDigest: called with the file's SHA-256 once it is known, whatever comes of the file then.
    /// - Returns: the `pool_patch`.
    /// - Throws: `OPERATION_NOT_ALLOWED` where the pool exists in a recording only; `INVALID_PATCH` with a sentence that says
    ///   what is wrong and how the file can be trusted,
    ///   `INVALID_PATCH_WITH_LOG`, `PATCH_ALREADY_EXISTS`, `PATCH_IS_ANOTHER_BUILD`, `OUT_OF_SPACE`, `INTERNAL_ERROR`.
    public func finish(
        _ upload: Upload,
        onDigest: (String) -> Void = { _ in }
    ) async throws(APIError) -> Ref {
        let path = upload.path
        do throws(APIError) {
            let digests = try await upload.finish()
            onDigest(digests.sha256)
            return try await admit(path, digests)
        } catch {
            files.removeIncoming(path)
            throw error
        }
    }

    private func admit(_ path: String, _ digests: Digests) async throws(APIError) -> Ref {
        switch passingOn {
        case let passingOn? where passingOn.kind == .images && UpdateImage.isOne(path):
            return try await passedOn(by: passingOn, image: path, digests)
        case let passingOn? where passingOn.kind == .bundles:
            return try await passedOn(by: passingOn, bundle: path, digests)
        default: break
        }
        let program = files.incomingPath(pool.makeUUID() + ".run")
        defer { files.removeIncoming(program) }
        let package: VerifiedPackage
        do throws(PackageError) { package = try await unwrap(path, to: program, digests) } catch {
            throw refusal(error, sha256: digests.sha256)
        }
        let program256 = try? await Digests.sha256(of: program)
        let patch: Ref
        if let passingOn {
            patch = try await passedOn(by: passingOn, package, path)
        } else {
            let info = try await askInfo(program)
            let same = await wrappingOfSame(program256, uuid: info.uuid)
            patch = try await enter(info, package, path, sameProgramAs: same)
        }
        await records.keep(package, payloadSHA256: program256)
        return patch
    }

    /// The host on which `info` runs: the master; while a package keeps that one busy, which may last an hour, another one.
    private func hostForInfo() async throws(APIError) -> Ref {
        let snapshot = database.snapshot
        let master = try snapshot.pool().ref("master")
        if await busy.isFree(master) { return master }
        for host in snapshot.rows("host") where host.ref != master {
            if snapshot.isLive(host), await busy.isFree(host.ref) { return host.ref }
        }
        return master
    }

    /// The build that the pool has under a uuid, where its file differs from another but by how it was signed and wrapped: the
    /// name, date and lengths that a signature leaves open, or another signature around the same program. Nil otherwise.
    private func wrappingOfSame(_ program256: String?, uuid: String) async -> PackageDigest? {
        guard let program256, let known = database.snapshot.row("pool_patch", uuid: uuid),
            let first = PackageOrigin(known).digest
        else { return nil }
        if let noted = records.known(first.description, policy: TrustPolicy())?.payloadSHA256 {
            return noted == program256 ? first : nil
        }
        // An older version took it in: its own file has to tell.
        guard let path = files.kept(first) else { return nil }
        let program = files.incomingPath(pool.makeUUID() + ".run")
        defer { files.removeIncoming(program) }
        guard let package = try? await unwrap(path, to: program, nil), package.digests.sha256 == first.description,
            let found = try? await Digests.sha256(of: program)
        else { return nil }
        return found == program256 ? first : nil
    }

    /// Runs `info`.
    private func askInfo(_ program: String) async throws(APIError) -> PatchInfo {
        let result = try await run(program, "info", on: hostForInfo(), limits.info)
        switch result.ending {
        case .exited(0): break
        case .exited(2): throw APIError("INVALID_PATCH_WITH_LOG", ["Bad line endings?"])
        case .exited(let status):
            throw .internalError("The patch's info exited with status \(status): \(result.output.prefix(2_000))")
        case .signalled(let signal):
            throw APIError("INVALID_PATCH_WITH_LOG", ["The patch's info was ended by signal \(signal)."])
        case .timedOut:
            throw APIError(
                "INVALID_PATCH_WITH_LOG",
                ["The patch's info did not end within \(limits.info.time) and was stopped."]
            )
        case .outputTooLong:
            throw APIError("INVALID_PATCH_WITH_LOG", ["The patch's info printed too much and was stopped."])
        }
        do throws(PatchInfoError) {
            return try PatchInfo(parsing: result.output)
        } catch {
            throw APIError("INVALID_PATCH", [error.description])
        }
    }

    /// Makes the row; or, where the uuid is known and its file is gone, gives that row its file back.
    ///
    /// The file gets its name within the transaction, one of which runs at a time: a name that no row has, and a row without
    /// its file, are seen by nobody else. Where the row can not be written the file goes again.
    private func enter(
        _ info: PatchInfo,
        _ package: VerifiedPackage,
        _ path: String,
        sameProgramAs same: PackageDigest?
    ) async throws(APIError) -> Ref {
        guard let digest = PackageDigest(package.digests.sha256) else {
            throw .internalError("The package has no SHA-256.")
        }
        let (ref, time, files) = (pool.makeRef(), pool.now(), files)
        do throws(APIError) {
            return try await database.transaction { transaction throws(APIError) in
                try assertFree(info.uuid, for: digest, sameProgramAs: same, in: transaction.snapshot)
                let entered: Ref
                var uploaded = time
                if let known = transaction.snapshot.row("pool_patch", uuid: info.uuid) {
                    entered = known.ref
                    uploaded = PackageOrigin(known).uploaded ?? time
                } else {
                    entered = ref
                    transaction.create("pool_patch", ref, Self.row(info))
                }
                try files.keep(path, digest)
                try transaction.set("pool_patch", entered, "filename", .string(PatchFiles.name(of: digest)))
                try transaction.set("pool_patch", entered, "size", .int(package.digests.size))
                for (field, value) in PackageOrigin.fields(of: package, uploaded: uploaded) {
                    try transaction.set("pool_patch", entered, field, value)
                }
                return entered
            }
        } catch {
            try? await database.transaction { transaction throws(APIError) in
                let named = transaction.snapshot.rows("pool_patch").contains { PackageOrigin($0).digest == digest }
                if !named { files.removePackage(digest) }
            }
            throw error
        }
    }

    /// A package's identity is its uuid and its digest: another program under a known uuid is another build, which never takes
    /// the place of the first unnoticed. The same program in another wrapping is the same build.
    ///
    /// - Throws: `PATCH_ALREADY_EXISTS` for the same program once more; `PATCH_IS_ANOTHER_BUILD` for others, while the first
    ///   one is on disk or on a host.
    private func assertFree(
        _ uuid: String,
        for digest: PackageDigest,
        sameProgramAs same: PackageDigest?,
        in snapshot: Snapshot
    ) throws(APIError) {
        guard let known = snapshot.row("pool_patch", uuid: uuid), let first = PackageOrigin(known).digest else {
            return
        }
        let hasFile = files.kept(first) != nil
        if first == digest || first == same {
            if hasFile { throw APIError("PATCH_ALREADY_EXISTS", [uuid]) }
            return
        }
        let isApplied = !snapshot.pointing(at: known.ref, "pool_patch", "host_patches").isEmpty
        guard hasFile || isApplied else { return }
        throw APIError("PATCH_IS_ANOTHER_BUILD", [uuid, first.description, digest.description])
    }

    static func row(_ info: PatchInfo) -> [String: Value] {
        [
            "uuid": .string(info.uuid), "name_label": .string(info.nameLabel),
            "name_description": .string(info.nameDescription), "version": .string(info.version),
            "after_apply_guidance": .strings(info.guidance.map(\.rawValue)),
        ]
    }
}
