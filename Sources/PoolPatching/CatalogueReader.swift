import UpdatePackage

/// Keeps the server's catalogue ready for questions: it is verified and prepared anew only when its file or the trust in
/// it changes, and never used beyond its expiry.
actor CatalogueReader {
    private struct Key: Hashable {
        var stamp: CatalogueStamp
        var policy: TrustPolicy
    }

    private let store: CatalogueStore
    private var ready: (key: Key, catalogue: InstalledCatalogue, solver: Solver)?

    init(_ store: CatalogueStore) { self.store = store }

    /// The catalogue in use, and a solver for it; nil where none is installed.
    ///
    /// - Parameter now: the time, in seconds since the epoch.
    func read(policy: TrustPolicy, now: Int64) async throws(CatalogueError) -> (InstalledCatalogue, Solver)? {
        guard let stamp = store.stamp() else { return nil }
        let key = Key(stamp: stamp, policy: policy)
        if let ready, ready.key == key, ready.catalogue.isFresh(at: now) { return (ready.catalogue, ready.solver) }
        guard let catalogue = try await store.current(policy: policy, now: now) else { return nil }
        let solver = Solver(try CatalogueIndex(catalogue.catalogue))
        ready = (key, catalogue, solver)
        return (catalogue, solver)
    }
}
