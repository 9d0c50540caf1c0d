import Glibc
import SystemPackage

/// The catalogue that a server uses, kept in a folder (`catalogue/` below the server's state): the file as it came, and
/// what must be remembered so that it never goes back.
public struct CatalogueStore: Sendable {
    /// The folder.
    public let folder: String

    /// Opens the store; its folder is made when a catalogue is taken in.
    public init(folder: String) { self.folder = folder }

    /// What is remembered from the signed catalogue used last.
    public func memory() throws(CatalogueError) -> CatalogueMemory? {
        guard access(memoryPath, F_OK) == 0 else { return nil }
        do {
            let bytes = try readFile(memoryPath, limit: 1 << 16) ?? []
            return try WholeJSON.read(CatalogueMemory.self, from: bytes)
        } catch {
            throw CatalogueError(
                reason: "\(memoryPath) can not be used: \(describe(error)). Restore it from a backup."
            )
        }
    }

    /// Checks a catalogue against the policy, the clock and the one before, and keeps it.
    ///
    /// - Parameter now: the time, in seconds since the epoch.
    /// - Throws: ``CatalogueError`` where ``InstalledCatalogue/open(file:policy:last:now:)`` refuses it, or it can not be
    ///   kept. The one before then stays in use.
    public func takeIn(_ file: String, policy: TrustPolicy, now: Int64) async throws(CatalogueError)
        -> InstalledCatalogue
    {
        do { try makeDirectories(folder, mode: 0o700) } catch {
            throw CatalogueError(reason: "\(folder) can not be made: \(describe(error)).")
        }
        while true {
            let last = try memory()
            let catalogue = try await InstalledCatalogue.open(file: file, policy: policy, last: last, now: now)
            if try keep(catalogue, file, after: last) { return catalogue }
        }
    }

    /// Keeps a catalogue that was checked against a memory, with nobody else writing.
    ///
    /// - Returns: false where another one was taken in meanwhile, against which it has to be checked anew.
    private func keep(_ catalogue: InstalledCatalogue, _ file: String, after last: CatalogueMemory?)
        throws(CatalogueError) -> Bool
    {
        do {
            let lock = try FolderLock(folder)
            guard try memory() == last else { return false }
            guard let bytes = try readFile(file, limit: 128 << 20), digest(bytes) == catalogue.sha256 else {
                throw CatalogueError(reason: "\(file) changed while it was read; try again.")
            }
            // The memory goes first: a crash in between costs a download, not the protection.
            if let memory = catalogue.memory {
                try writeFile(memoryPath, try WholeJSON.bytes(memory), mode: 0o600)
            }
            try writeFile(cataloguePath, bytes, mode: 0o600)
            _ = consume lock
            return true
        } catch let error as CatalogueError {
            throw error
        } catch let error as Errno where error == .wouldBlock {
            throw CatalogueError(reason: "\(folder) is being changed by another process; try again when it is done.")
        } catch {
            throw CatalogueError(reason: "\(folder) can not be written: \(describe(error)).")
        }
    }

    /// The catalogue in use, checked again: keys may have been withdrawn, and it may have expired since. Nil where none
    /// was taken in yet.
    public func current(policy: TrustPolicy, now: Int64) async throws(CatalogueError) -> InstalledCatalogue? {
        guard access(cataloguePath, F_OK) == 0 else { return nil }
        return try await InstalledCatalogue.open(file: cataloguePath, policy: policy, last: try memory(), now: now)
    }

    /// Changes whenever another catalogue was taken in; nil where there is none.
    public func stamp() -> CatalogueStamp? {
        var info = stat()
        guard stat(cataloguePath, &info) == 0 else { return nil }
        return CatalogueStamp(
            inode: UInt64(info.st_ino),
            size: Int64(info.st_size),
            modified: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
        )
    }

    private var memoryPath: String { folder + "/last-release.json" }
    private var cataloguePath: String { folder + "/current" }
}

/// Tells one state of a catalogue's file from another without reading it.
public struct CatalogueStamp: Hashable, Sendable {
    var inode: UInt64
    var size: Int64
    var modified: Int64
}
