import PoolControl
import PoolDatabase
import PoolRollout
import Rollout
import RolloutSimulation
import UpdatePackage
import XenAPI

/// What a rehearsal is about: a package that is looked into, and a pool that was recorded.
enum RehearsedUpdate {
    /// The facts of a package, and what it is made for; those of an update that restarts any host where none is named.
    static func facts(_ file: String?) async throws -> (updates: [UpdateFacts], madeFor: MadeFor?) {
        guard let file else { return ([Scenario.update(1, [.restartHost])], nil) }
        let inspection = try await inspect(file: file, policy: TrustPolicy())
        guard let info = inspection.info else {
            throw OperatorError("\(file) is not one update package: name an .xsupdate file.")
        }
        let packages =
            inspection.rpms.map { ($0.name, "\($0.version)-\($0.release)") }
            + inspection.debs.map { ($0.identity, $0.version.description) }
        let facts = UpdateFacts(
            uuid: info.uuid,
            label: info.nameLabel,
            sha256: inspection.digests.sha256,
            guidance: info.guidance.map { Rollout.Guidance(rawValue: $0.rawValue) },
            packages: Dictionary(packages) { first, _ in first },
            installationSize: inspection.payloadSize
        )
        return ([facts], MadeFor(inspection))
    }

    /// A pool as it was when its database was written, with its hosts taken for alive.
    static func pool(recordedIn path: String, updates: [UpdateFacts]) async throws -> PoolView {
        let database = try PoolDatabase(path: nil)
        try await RecordedPool(path: path).load(into: database, state: "")
        return try view(of: database, path, updates)
    }

    /// A pool that speaks XenAPI, as it is now. Nothing is changed there.
    static func pool(reachedBy file: String, updates: [UpdateFacts]) async throws -> PoolView {
        let (database, wishes) = try await RemotePool.read(file)
        return try view(of: database, file, updates, wishes)
    }

    private static func view(
        of database: PoolDatabase,
        _ path: String,
        _ updates: [UpdateFacts],
        _ wishes: PoolWishes = PoolWishes()
    ) throws -> PoolView {
        let recorded: PoolView
        do throws(APIError) {
            var view = try PoolView(database.snapshot, updates: updates, now: World.epoch, wishes: wishes)
            for index in view.hosts.indices { view.hosts[index].isLive = true }
            recorded = view
        } catch {
            throw OperatorError("\(path) holds no pool that can be rehearsed: \(error.code).")
        }
        guard !recorded.hosts.isEmpty else {
            throw OperatorError("\(path) records a pool without hosts: there is nothing to rehearse.")
        }
        return recorded
    }
}

extension Optional {
    /// `map` for a body that waits.
    func asyncMap<T>(_ body: (Wrapped) async throws -> T) async rethrows -> T? {
        guard case .some(let value) = self else { return nil }
        return try await body(value)
    }
}
