public import Storage

/// What a fleet remembers of its pools from one look to the next, in its state directory.
public struct KnownPools: Sendable {
    /// One pool as it was last seen.
    public struct Known: Codable, Hashable, Sendable {
        public var uuid: String
        /// When it last answered, in seconds since the epoch.
        public var seen: Int64
    }

    private let document: Document<[String: Known]>
    private let names: Set<String>

    /// Opens what is remembered.
    ///
    /// - Parameter names: the pools that the fleet has now.
    public init(_ storage: any Storage, names: some Sequence<String>) throws(StorageError) {
        self.names = Set(names)
        document = Document(try StorageName("pools.json"), in: storage.documents, empty: [:])
    }

    /// Everything, by the pools' names in the fleet file.
    public func all() async throws -> [String: Known] { try await document.value() }

    /// Notes that a pool has answered.
    ///
    /// - Returns: why it is not the one that it should be, and nothing was noted; nil where it is.
    func note(_ name: String, uuid: String, at now: Int64) async throws -> String? {
        try await document.change { all in
            if let known = all[name], known.uuid != uuid {
                return
                    "\(name) is another pool than last time: it was \(known.uuid), and what answers now is \(uuid). If that is "
                    + "meant, give it another name in the fleet file."
            }
            for twin in all.filter({ $0.value.uuid == uuid && $0.key != name }).keys.sorted() {
                guard !names.contains(twin) else {
                    return "\(name) is the same pool as \(twin) (\(uuid)): name it once in the fleet file."
                }
                // It had another name before.
                all[twin] = nil
            }
            // A look each second is not worth a write each second.
            if let known = all[name], now - known.seen < 60 { return nil }
            all[name] = Known(uuid: uuid, seen: now)
            return nil
        }
    }
}
