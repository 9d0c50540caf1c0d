import Hosts
public import PoolControl
import PoolDatabase
import PoolOperations
import UpdatePackage
public import XenAPI

/// The signed packages of a pool that we serve: each message is one of ``PatchService``'s.
public struct SignedPackages: UpdateInstaller {
    private let patches: PatchService

    /// The packages that a service keeps.
    public init(_ patches: PatchService) { self.patches = patches }

    public func find(_ id: String) async throws(ControlError) -> PreparedUpdate {
        guard let row = patches.database.snapshot.row("pool_patch", uuid: id) else {
            throw .refused(.uuidInvalid("pool_patch", id))
        }
        return PreparedUpdate(
            id: row.uuid,
            label: row.nameLabel,
            reference: row.ref.rawValue,
            guidance: row.texts("after_apply_guidance")
        )
    }

    public func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents {
        try await ControlError.asking { () throws(APIError) in
            let row = try patches.database.snapshot.require("pool_patch", Ref(update.reference))
            let inspection = try await patches.inspect(row.ref)
            var contents = UpdateContents(
                sha256: PackageOrigin(row).digest?.description ?? "",
                installationSize: inspection.payloadSize
            )
            for rpm in inspection.rpms { contents.packages[rpm.name] = "\(rpm.version)-\(rpm.release)" }
            for deb in inspection.debs { contents.packages[deb.identity] = deb.version.description }
            return contents
        }
    }

    public func published(_ update: PreparedUpdate) async -> Int64? {
        guard let row = patches.database.snapshot.row("pool_patch", Ref(update.reference)) else { return nil }
        return await patches.published(row)
    }

    public func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
        try await ControlError.asking { () throws(APIError) in
            PrecheckAnswer(output: try await patches.precheck(Ref(update.reference), on: host))
        }
    }

    public func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        do throws(ControlError) {
            try await ControlError.asking { () throws(APIError) in
                _ = try await patches.apply(Ref(update.reference), to: host, isPrechecked: isPrechecked)
            }
        } catch {
            guard error.code == "PATCH_ALREADY_APPLIED" else { throw error }
        }
        return Set(update.guidance.map { UpdateGuidance(word: $0) })
    }

    /// By the stamps on the host, and its own database of packages.
    public func standing(of host: Ref, _ updates: [PreparedUpdate]) async throws(ControlError) -> HostStanding {
        let driver = try ControlError.refusing { () throws(APIError) in try patches.pool.driver(host) }
        do throws(HostError) {
            // Each look costs a way there and back: both at once.
            async let stamped = answer { () throws(HostError) in try await driver.stamps().map(\.name) }
            async let installed = answer { () throws(HostError) in try await driver.installedPackages() }
            let (stamps, packages) = (try await stamped.get(), try await installed.get())
            return HostStanding(
                updates: Set(stamps),
                packages: Dictionary(packages.map { ($0.identity, [$0.version]) }) { $0 + $1 }
            )
        } catch {
            throw .refused(error.asAPIError(host))
        }
    }
}

/// A question's answer or error, for questions that are asked beside each other.
private func answer<Answer: Sendable>(_ question: @Sendable () async throws(HostError) -> Answer) async
    -> Result<Answer, HostError>
{
    do throws(HostError) { return .success(try await question()) } catch { return .failure(error) }
}
