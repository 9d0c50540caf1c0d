import Basics
import Crypto
import Foundation

/// Documents as files. A file `.NAME.lock` beside each makes read-compare-replace one step among all processes.
actor DirectoryDocuments: DocumentStore {
    /// Bytes of the largest document.
    static let largest = 64 << 20

    private let root: String
    private let executor = BlockingExecutor(label: "documents")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(root: String) { self.root = root }

    func read(_ name: StorageName) throws(StorageError) -> (bytes: [UInt8], revision: Revision)? {
        guard let bytes = try AtomicFile.read(path(name), limit: Self.largest) else { return nil }
        return (bytes, Self.revision(bytes))
    }

    func write(
        _ bytes: [UInt8],
        as name: StorageName,
        replacing replaced: Revision?
    ) throws(StorageError) -> Revision {
        guard bytes.count <= Self.largest else { throw .tooLarge(name: name.text, limit: Self.largest) }
        try PrivateFolder.secure(folder(name))
        let lock = try locked(name, replacing: replaced)
        defer { withExtendedLifetime(lock) {} }
        try AtomicFile.replace(path(name), with: bytes)
        return Self.revision(bytes)
    }

    func remove(_ name: StorageName, replacing replaced: Revision) throws(StorageError) {
        let lock = try locked(name, replacing: replaced)
        defer { withExtendedLifetime(lock) {} }
        guard unlink(path(name)) == 0 else { throw unusable(path(name)) }
        try PrivateFolder.sync(folder(name))
    }

    func names(below folder: StorageName) throws(StorageError) -> [StorageName] {
        try Self.names(below: folder, in: root)
    }

    /// The files directly in a folder that have names of ours.
    static func names(below folder: StorageName, in root: String) throws(StorageError) -> [StorageName] {
        let path = root + "/" + folder.text
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .compactMap { try? StorageName(folder.text + "/" + $0) }.sorted()
        } catch {
            throw unusable(path)
        }
    }

    private func locked(_ name: StorageName, replacing replaced: Revision?) throws(StorageError) -> FileLock {
        let file = path(name)
        let slash = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        let lock = try FileLock.waiting(file[..<slash] + "." + file[slash...] + ".lock")
        guard try read(name)?.revision == replaced else { throw .conflict(name: name.text) }
        return lock
    }

    /// A digest serves as revision, since one state that comes back is as good as never having gone.
    private static func revision(_ bytes: [UInt8]) -> Revision {
        Revision(text: SHA256.hash(data: bytes).hex)
    }

    private func path(_ name: StorageName) -> String { root + "/" + name.text }
    private func folder(_ name: StorageName) -> String { PrivateFolder.parent(of: path(name)) ?? root }
}
