/// Which state of a document somebody has seen. Only equality means anything.
public struct Revision: Hashable, Sendable {
    /// Opaque text.
    public let text: String

    /// Made by stores only.
    public init(text: String) { self.text = text }
}

/// Small values that are replaced whole, each change only where nobody else made one first.
public protocol DocumentStore: Sendable {
    /// A document with its revision; nil where there is none.
    func read(_ name: StorageName) async throws(StorageError) -> (bytes: [UInt8], revision: Revision)?

    /// Replaces a document, or makes it where `replaced` is nil. It is durable when this returns.
    ///
    /// - Parameter replaced: the revision that the change was made from; nil where there must be no document yet.
    /// - Throws: ``StorageError/conflict(name:)`` where the document has another revision.
    @discardableResult
    func write(_ bytes: [UInt8], as name: StorageName, replacing replaced: Revision?) async throws(StorageError)
        -> Revision

    /// Removes a document that still has the revision.
    func remove(_ name: StorageName, replacing replaced: Revision) async throws(StorageError)

    /// The names below a folder, in their order.
    func names(below folder: StorageName) async throws(StorageError) -> [StorageName]
}

extension DocumentStore {
    /// Reads, changes and writes until no other change came between.
    ///
    /// - Parameter change: is given nil where there is no document, and may be called several times.
    /// - Returns: what `change` returned for the state that was written.
    public func change<Result>(
        _ name: StorageName,
        _ change: (inout [UInt8]?) throws -> Result
    ) async throws -> Result {
        while true {
            let old = try await read(name)
            var bytes = old?.bytes
            let result = try change(&bytes)
            if bytes == old?.bytes { return result }
            if try await replaced(name, old?.revision, with: bytes) { return result }
            // Each conflict is somebody else's success, so this ends.
            try Task.checkCancellation()
        }
    }

    /// Whether nobody else changed the document first.
    private func replaced(
        _ name: StorageName,
        _ old: Revision?,
        with bytes: [UInt8]?
    ) async throws(StorageError) -> Bool {
        do throws(StorageError) {
            if let bytes {
                try await write(bytes, as: name, replacing: old)
            } else if let old {
                try await remove(name, replacing: old)
            }
            return true
        } catch {
            guard error == .conflict(name: name.text) else { throw error }
            return false
        }
    }
}
