/// Where a log ends: what the next record is appended after.
public struct LogHead: Hashable, Sendable {
    /// Opaque; 0 for an empty log.
    public let position: Int64

    /// Made by stores only.
    public init(position: Int64) { self.position = position }
}

/// Records that are only ever added, each durable before the next one can be.
public protocol AppendLog: Sendable {
    /// Everything that was appended, in order.
    ///
    /// - Returns: the records, where to append after them, and how many bytes of a last record a crash had cut off: those are
    ///   told once and are then gone.
    func read() async throws(StorageError) -> (records: [[UInt8]], head: LogHead, torn: Int)

    /// Adds one record, which is durable when this returns.
    ///
    /// - Parameter head: where the caller believes the log to end.
    /// - Throws: ``StorageError/conflict(name:)`` where it ends elsewhere: another writer was here.
    func append(_ record: [UInt8], after head: LogHead) async throws(StorageError) -> LogHead
}

/// The logs of a storage.
public protocol LogStore: Sendable {
    /// A log by name, which need not exist yet.
    func log(_ name: StorageName) async throws(StorageError) -> any AppendLog
    /// The names below a folder, in their order.
    func logs(below folder: StorageName) async throws(StorageError) -> [StorageName]
    /// Removes a log; one that is not there is no fault.
    func removeLog(_ name: StorageName) async throws(StorageError)
}
