import Hosts
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

extension PatchService {
    /// `pool_patch.precheck`: asks the package whether it can be applied to a host.
    ///
    /// - Returns: what the package printed.
    /// - Throws: `CANNOT_FIND_PATCH`, `HOST_OFFLINE`, or the package's reason as `PATCH_PRECHECK_FAILED_…`.
    public func precheck(_ patch: Ref, on host: Ref) async throws(APIError) -> String {
        let row = try database.snapshot.require("pool_patch", patch)
        try assertLive(host)
        return try await exclusively(host, "precheck") { () throws(APIError) in
            try await withProgram(of: row) { program throws(APIError) in
                try await precheck(program, patch, host)
            }
        }
    }

    /// `pool_patch.apply`: prechecks and applies a patch on one host, and writes its stamp there.
    ///
    /// - Parameter isPrechecked: whether the host has passed the patch's precheck just now.
    /// - Returns: what the package printed.
    /// - Throws: `PATCH_ALREADY_APPLIED`, what ``precheck(_:on:)`` throws, or `PATCH_APPLY_FAILED` with the output, also
    ///   where the package says that all is well and the host lacks what it promises. Then nothing is written to the
    ///   database.
    public func apply(_ patch: Ref, to host: Ref, isPrechecked: Bool = false) async throws(APIError) -> String {
        let row = try database.snapshot.require("pool_patch", patch)
        _ = try database.snapshot.require("host", host)
        try assertLive(host)
        return try await exclusively(host, "apply") { () throws(APIError) in
            guard !isApplied(patch, host) else { throw APIError("PATCH_ALREADY_APPLIED", [patch.rawValue]) }
            return try await withProgram(of: row) { program throws(APIError) in
                // What it promises outlives its file, so that the host can be verified later. A package that holds nothing
                // that can be read promises nothing.
                let digest = PackageOrigin(row).digest
                var promise: PackagePromise?
                if let digest { promise = try? await self.promise(in: program, digest) }
                if !isPrechecked { _ = try await precheck(program, patch, host) }
                let output = try await runApply(program, host)
                try await assertInstalled(promise, on: host, output)
                try await record(row, host, try await run(program, "info", on: host, limits.info).output)
                return output
            }
        }
    }

    /// `pool_patch.pool_apply`: applies a patch to every host that lacks it, one after another.
    ///
    /// The first failure ends it; hosts before it stay patched, and running it again goes on with the others.
    public func poolApply(_ patch: Ref, progress: ProgressReport) async throws(APIError) {
        _ = try database.snapshot.require("pool_patch", patch)
        let hosts = database.snapshot.refs("host").filter { !isApplied(patch, $0) }
        for (done, host) in hosts.enumerated() {
            _ = try await apply(patch, to: host)
            await progress(Double(done + 1) / Double(hosts.count))
        }
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("pool_patch", patch, "pool_applied", .bool(true))
        }
    }

    /// Whether a host has the patch.
    func isApplied(_ patch: Ref, _ host: Ref) -> Bool {
        let snapshot = database.snapshot
        return snapshot.pointing(at: patch, "pool_patch", "host_patches")
            .contains { snapshot.row("host_patch", $0)?.ref("host") == host }
    }

    func assertLive(_ host: Ref) throws(APIError) {
        let snapshot = database.snapshot
        guard snapshot.isLive(try snapshot.require("host", host)) else {
            throw APIError("HOST_OFFLINE", [host.rawValue])
        }
    }

    func exclusively<Result: Sendable>(
        _ host: Ref,
        _ operation: String,
        _ body: () async throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        try await busy.take(host, for: operation)
        do throws(APIError) {
            let result = try await body()
            await busy.release(host)
            return result
        } catch {
            await busy.release(host)
            throw error
        }
    }

    private func precheck(_ program: String, _ patch: Ref, _ host: Ref) async throws(APIError) -> String {
        let result = try await run(program, "precheck", on: host, limits.precheck)
        switch result.ending {
        case .exited(0): return result.output
        case .exited(1) where try await isPinned(patch) && FirstGeneration.lacksPrecheck(result.output):
            return result.output
        case .exited(1):
            let failure = PrecheckFailure(parsing: result.output)
            throw APIError(failure.code, (failure.namesPatch ? [patch.rawValue] : []) + failure.parameters)
        default:
            throw APIError(
                "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR",
                [patch.rawValue, "The patch's precheck \(result.ending.sentence). It printed: \(result.output)"]
            )
        }
    }

    /// Whether an operator vouches for exactly this file: only then may it do without what later packages have.
    private func isPinned(_ patch: Ref) async throws(APIError) -> Bool {
        guard let digest = database.snapshot.row("pool_patch", patch).flatMap({ PackageOrigin($0).digest }) else {
            return false
        }
        return try await trust().pinned.contains(digest.description)
    }

    private func runApply(_ program: String, _ host: Ref) async throws(APIError) -> String {
        let result = try await run(program, "apply", on: host, limits.apply)
        guard result.ending == .exited(0) else {
            var output = result.output
            if case .exited = result.ending {} else { output += "\nThe patch's apply \(result.ending.sentence).\n" }
            throw APIError("PATCH_APPLY_FAILED", [output])
        }
        return result.output
    }

    /// Looks at the host's own database of packages for what was promised: programs end with 0 although their rpm failed.
    private func assertInstalled(
        _ promise: PackagePromise?,
        on host: Ref,
        _ output: String
    ) async throws(APIError) {
        guard let promise, !promise.packages.isEmpty else { return }
        let driver = try pool.driver(host)
        let installed: [InstalledPackage]
        do throws(HostError) { installed = try await driver.installedPackages() } catch { throw error.asAPIError(host) }
        let lacking = promise.lacking(in: installed)
        guard !lacking.isEmpty else { return }
        let name = database.snapshot.row("host", host)?.nameLabel ?? ""
        let rest = lacking.count > 8 ? " and \(lacking.count - 8) more" : ""
        throw APIError(
            "PATCH_APPLY_FAILED",
            [
                output + "\nThe patch's apply ended as if all were well, and host \(name) lacks what it brings: "
                    + lacking.prefix(8).joined(separator: ", ") + rest + ". It does not count as applied.\n"
            ]
        )
    }

    /// Writes the stamp and brings the database in line with the host's stamps.
    private func record(_ patch: Row, _ host: Ref, _ info: String) async throws(APIError) {
        let driver = try pool.driver(host)
        do throws(HostError) {
            try await driver.writeStamp(uuid: patch.uuid, contents: info)
        } catch {
            throw error.asAPIError(host)
        }
        try await resyncStamps(of: host)
    }
}

extension ProgramResult.Ending {
    /// How a program ended, to follow its name in a sentence.
    var sentence: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .timedOut: "ran into its time limit and was stopped"
        case .outputTooLong: "printed too much and was stopped"
        }
    }
}
