import Basics
import Foundation

/// Leases as locked files that hold the epoch and the holder. The system takes the lock back from a process that died, so
/// such a lease needs no time limit, and is lost only when somebody removes its file.
actor DirectoryLeases: LeaseStore {
    private let root: String
    private let executor = BlockingExecutor(label: "leases")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(root: String) { self.root = root }

    func acquire(_ name: StorageName, holder: String) throws(StorageError) -> (any Lease)? {
        let path = root + "/" + name.text
        try PrivateFolder.secure(PrivateFolder.parent(of: path) ?? root)
        guard let lock = try FileLock.ifFree(path) else { return nil }
        let (epoch, isOver) = (try Self.read(path)?.epoch ?? 0).addingReportingOverflow(1)
        guard !isOver else { throw .unreadable(name: name.text, reason: "its epoch is past all numbers") }
        // In place, and not by renaming: the lock is on this very file.
        let line = Array("\(epoch) \(holder.filter { !$0.isNewline })\n".utf8)
        guard ftruncate(lock.descriptor, 0) == 0 else { throw unusable(path) }
        try AtomicFile.writeAll(lock.descriptor, line, at: 0, path)
        guard fsync(lock.descriptor) == 0 else { throw unusable(path) }
        return DirectoryLease(lock: lock, epoch: epoch)
    }

    func holder(of name: StorageName) throws(StorageError) -> (holder: String, epoch: UInt64)? {
        try Self.read(root + "/" + name.text)
    }

    private static func read(_ path: String) throws(StorageError) -> (holder: String, epoch: UInt64)? {
        guard let bytes = try AtomicFile.read(path, limit: 4096), !bytes.isEmpty else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard let first = words.first, let epoch = UInt64(first.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .unreadable(name: path, reason: "it does not begin with the number of an epoch")
        }
        return (words.count > 1 ? words[1].trimmingCharacters(in: .whitespacesAndNewlines) : "", epoch)
    }
}

/// A lease that lasts as long as its lock.
actor DirectoryLease: Lease {
    nonisolated let epoch: UInt64
    private var lock: FileLock?

    init(lock: FileLock, epoch: UInt64) {
        self.lock = lock
        self.epoch = epoch
    }

    func renew() -> Bool {
        guard let lock, lock.isInPlace else {
            self.lock = nil
            return false
        }
        return true
    }

    func release() { lock = nil }
}
