import PoolDatabase
import PoolOperations
public import UpdatePackage
public import XenAPI

extension PatchService {
    /// The catalogue that this server goes by; nil where none is installed (`pitstop catalogue install`).
    ///
    /// - Throws: `CATALOGUE_UNUSABLE` where there is one that has expired or is not trusted any more.
    public func catalogue() async throws(APIError) -> InstalledCatalogue? { try await readCatalogue()?.catalogue }

    /// What the catalogue says about every host of the pool; nil where no catalogue is installed.
    ///
    /// - Throws: `CATALOGUE_UNUSABLE`, as ``catalogue()``.
    public func poolUpdates() async throws(APIError) -> PoolUpdates? {
        guard let (catalogue, solver) = try await readCatalogue() else { return nil }
        let snapshot = database.snapshot
        let master = try snapshot.pool().ref("master")
        let rows = snapshot.rows("host")
        let hosts = rows.filter { $0.ref == master } + rows.filter { $0.ref != master }
        let resolution = solver.resolve(hosts.map { Self.state(of: $0, snapshot) })
        let updates = catalogue.catalogue.updates
        return PoolUpdates(
            source: catalogue,
            hosts: zip(hosts, resolution.hosts).map { Self.describe($0, $1, solver.index) },
            order: resolution.order?.map { updates[$0].uuid },
            foreignBuilds: updates.filter { Self.isForeign($0, snapshot) }.map(\.uuid),
            numbers: Dictionary(uniqueKeysWithValues: updates.indices.map { (updates[$0].uuid, $0) })
        )
    }

    private func readCatalogue() async throws(APIError) -> (catalogue: InstalledCatalogue, solver: Solver)? {
        let policy = try await trust()
        do throws(CatalogueError) {
            return try await catalogues.read(policy: policy, now: pool.now().seconds)
        } catch {
            throw APIError("CATALOGUE_UNUSABLE", [error.reason])
        }
    }

    /// A host as the solver sees it: by its rows, so that recorded pools and hosts that are down can be asked about too.
    private static func state(of host: Row, _ snapshot: Snapshot) -> HostState {
        let applied = snapshot.pointing(at: host.ref, "host", "patches")
            .compactMap { snapshot.row("host_patch", $0) }
            .compactMap { snapshot.row("pool_patch", $0.ref("pool_patch"))?.uuid.lowercased() }
        return HostState(
            uuid: host.uuid,
            productVersion: host.map("software_version", "product_version") ?? "",
            build: host.map("software_version", "build_number"),
            applied: Set(applied)
        )
    }

    private static func describe(_ host: Row, _ resolution: Resolution, _ index: CatalogueIndex) -> HostUpdates {
        let applicable = Set(resolution.applicableNow)
        let updates = resolution.verdicts.map { number, verdict in
            let update = index.catalogue.updates[number]
            var position: Int?
            if case .planned(let place) = verdict { position = place }
            return HostUpdate(
                uuid: update.uuid,
                label: update.label,
                state: verdict.word,
                reason: index.explain(verdict),
                position: position,
                isApplicableNow: applicable.contains(number)
            )
        }
        return HostUpdates(
            host: host.ref,
            uuid: host.uuid,
            name: host.nameLabel,
            version: resolution.version.map { index.catalogue.versions[$0].name },
            updates: updates
        )
    }

    /// Whether the file uploaded under the update's uuid is another build than those that the catalogue vouches for.
    private static func isForeign(_ update: Catalogue.Update, _ snapshot: Snapshot) -> Bool {
        guard !update.sha256.isEmpty,
            let digest = snapshot.row("pool_patch", uuid: update.uuid).flatMap({ PackageOrigin($0).digest })
        else { return false }
        return !update.sha256.contains { $0.lowercased() == digest.description }
    }
}
