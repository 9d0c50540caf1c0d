import Basics
import Crypto
import Foundation

/// Blobs as files named by their digest; what is on its way in lies in `incoming/`, which is emptied at each opening.
actor DirectoryBlobs: BlobStore {
    private let root: String
    private let executor = BlockingExecutor(label: "blobs")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// Keeps a second process from emptying what this one is taking in.
    private let lock: FileLock?

    init(root: String) throws(StorageError) {
        self.root = root
        try PrivateFolder.secure(root)
        try PrivateFolder.secure(root + "/incoming")
        lock = try FileLock.ifFree(root + "/.lock")
        guard lock != nil else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: root + "/incoming")) ?? [] {
            unlink(root + "/incoming/" + name)
        }
    }

    func begin() throws(StorageError) -> any BlobWriter { try DirectoryBlobWriter(root: root) }

    func size(of digest: BlobDigest) throws(StorageError) -> Int64? {
        var status = stat()
        guard lstat(path(digest), &status) == 0 else {
            if errno == ENOENT { return nil }
            throw unusable(path(digest))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign(path: path(digest), reason: "it is no file") }
        return Int64(status.st_size)
    }

    func read(_ digest: BlobDigest, from offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        guard offset >= 0, count > 0 else { return [] }
        if let size = try size(of: digest), offset >= size { return [] }
        let descriptor = open(path(digest), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable(path(digest)) }
        defer { close(descriptor) }
        return try AtomicFile.readAll(descriptor, from: offset, upTo: count, path(digest))
    }

    func remove(_ digest: BlobDigest) throws(StorageError) {
        guard unlink(path(digest)) == 0 || errno == ENOENT else { throw unusable(path(digest)) }
        try PrivateFolder.sync(root)
    }

    func all() throws(StorageError) -> Set<BlobDigest> {
        do {
            return Set(try FileManager.default.contentsOfDirectory(atPath: root).compactMap(BlobDigest.init(hex:)))
        } catch {
            throw unusable(root)
        }
    }

    private func path(_ digest: BlobDigest) -> String { root + "/" + digest.hex }
}

/// A file that grows in `incoming/` while its digest is made.
actor DirectoryBlobWriter: BlobWriter {
    private let executor = BlockingExecutor(label: "blob")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let root: String
    private let path: String
    private let descriptor: Int32
    private var length: Int64 = 0
    private var digest = SHA256()

    init(root: String) throws(StorageError) {
        self.root = root
        (path, descriptor) = try AtomicFile.create(in: root + "/incoming")
    }

    func write(_ bytes: [UInt8]) throws(StorageError) {
        try AtomicFile.writeAll(descriptor, bytes, at: length, path)
        length += Int64(bytes.count)
        digest.update(data: bytes)
    }

    func finish() throws(StorageError) -> BlobDigest {
        let text = digest.finalize().hex
        guard let name = BlobDigest(hex: text) else { throw .badName(text) }
        guard fchmod(descriptor, 0o400) == 0, fsync(descriptor) == 0 else { throw unusable(path) }
        guard rename(path, root + "/" + name.hex) == 0 else { throw unusable(path) }
        try PrivateFolder.sync(root)
        return name
    }

    func cancel() { unlink(path) }

    deinit {
        close(descriptor)
        // After finish() nothing has this name any more.
        unlink(path)
    }
}
