import FoundationEssentials
import Glibc

/// The catalogue that a server uses, kept in a folder (`catalogue/` below the server's state): the file as it came, and
/// what must be remembered so that it never goes back.
public struct CatalogueStore: Sendable {
    /// The folder.
    public let folder: String

    /// Opens the store; its folder is made when a catalogue is taken in.
    public init(folder: String) { self.folder = folder }

    /// What is remembered from the catalogue used last.
    public func memory() throws(CatalogueError) -> CatalogueMemory? {
        guard access(memoryPath, F_OK) == 0 else { return nil }
        do {
            let bytes = try readFile(memoryPath, limit: 1 << 16) ?? []
            return try JSONDecoder().decode(CatalogueMemory.self, from: Data(bytes))
        } catch {
            throw CatalogueError(
                reason: "\(memoryPath) can not be read (\(describe(error))); restore it from a backup."
            )
        }
    }

    /// Checks a signed catalogue against the policy, the clock and the one before, and keeps it.
    public func takeIn(_ file: String, policy: TrustPolicy, now: Int64) async throws(CatalogueError) -> SignedCatalogue
    {
        let catalogue = try await SignedCatalogue.open(file: file, policy: policy, last: try memory(), now: now)
        do {
            guard let bytes = try readFile(file, limit: 128 << 20), digest(bytes) == catalogue.memory.sha256 else {
                throw CatalogueError(reason: "\(file) changed while it was read; try again.")
            }
            try makeDirectories(folder, mode: 0o700)
            // The memory goes first: a crash in between costs a download, not the protection.
            try writeFile(memoryPath, Array(try JSONEncoder().encode(catalogue.memory)))
            try writeFile(cataloguePath, bytes)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(reason: "\(folder) can not be written: \(describe(error)).")
        }
        return catalogue
    }

    /// The catalogue in use, checked again: keys may have been withdrawn, and it may have expired since.
    public func current(policy: TrustPolicy, now: Int64) async throws(CatalogueError) -> SignedCatalogue? {
        guard access(cataloguePath, F_OK) == 0 else { return nil }
        return try await SignedCatalogue.open(file: cataloguePath, policy: policy, last: try memory(), now: now)
    }

    private var memoryPath: String { folder + "/last-release.json" }
    private var cataloguePath: String { folder + "/catalogue.asc" }
}
