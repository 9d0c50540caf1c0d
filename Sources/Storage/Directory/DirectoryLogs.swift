import Basics
import Foundation

/// Logs as files of lines. A record is one line, so it must hold no line end itself.
actor DirectoryLogs: LogStore {
    private let root: String
    private let executor = BlockingExecutor(label: "logs")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(root: String) { self.root = root }

    func log(_ name: StorageName) throws(StorageError) -> any AppendLog {
        let path = root + "/" + name.text
        try PrivateFolder.secure(PrivateFolder.parent(of: path) ?? root)
        return try DirectoryLog(path: path, name: name)
    }

    func logs(below folder: StorageName) throws(StorageError) -> [StorageName] {
        try DirectoryDocuments.names(below: folder, in: root)
    }

    func removeLog(_ name: StorageName) throws(StorageError) {
        let path = root + "/" + name.text
        guard unlink(path) == 0 || errno == ENOENT else { throw unusable(path) }
    }
}

/// One file, on a thread of its own: a slow disk under one log holds up no other.
actor DirectoryLog: AppendLog {
    /// Bytes of the largest log that is read whole.
    static let largest = 1 << 30

    private let executor = BlockingExecutor(label: "log")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let path: String
    private let name: StorageName
    private let descriptor: Int32

    init(path: String, name: StorageName) throws(StorageError) {
        self.path = path
        self.name = name
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path) }
        guard fchmod(descriptor, 0o600) == 0 else {
            close(descriptor)
            throw unusable(path)
        }
        do throws(StorageError) { try PrivateFolder.sync(PrivateFolder.parent(of: path) ?? "/") } catch {
            close(descriptor)
            throw error
        }
    }

    func read() throws(StorageError) -> (records: [[UInt8]], head: LogHead, torn: Int) {
        try locked { () throws(StorageError) in
            guard try length() <= Self.largest else { throw .tooLarge(name: name.text, limit: Self.largest) }
            let bytes = try AtomicFile.readAll(descriptor, from: 0, upTo: Self.largest, path)
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            // What follows the last line end is a record that a crash tore, or nothing.
            let torn = lines.last?.count ?? 0
            let whole = bytes.count - torn
            if torn > 0 {
                guard ftruncate(descriptor, off_t(whole)) == 0, fsync(descriptor) == 0 else { throw unusable(path) }
            }
            return (lines.dropLast().map(Array.init), LogHead(position: Int64(whole)), torn)
        }
    }

    func append(_ record: [UInt8], after head: LogHead) throws(StorageError) -> LogHead {
        guard !record.contains(0x0A) else {
            throw .unreadable(name: name.text, reason: "a record has a line end in it")
        }
        return try locked { () throws(StorageError) in
            guard try length() == head.position else { throw .conflict(name: name.text) }
            do throws(StorageError) {
                try AtomicFile.writeAll(descriptor, record + [0x0A], at: head.position, path)
                guard fsync(descriptor) == 0 else { throw unusable(path) }
            } catch {
                // What a full disk let through is no record.
                ftruncate(descriptor, off_t(head.position))
                throw error
            }
            return LogHead(position: head.position + Int64(record.count) + 1)
        }
    }

    private func length() throws(StorageError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unusable(path) }
        return Int64(status.st_size)
    }

    /// Keeps other processes, and other logs of this one on the same file, from coming between.
    private func locked<Result>(_ body: () throws(StorageError) -> Result) throws(StorageError) -> Result {
        while flock(descriptor, LOCK_EX) != 0 { guard errno == EINTR else { throw unusable(path) } }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    deinit { close(descriptor) }
}
