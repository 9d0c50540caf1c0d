import Synchronization
public import XenAPI

/// The pool's memory: typed rows, changed by transactions, each of which is on disk before it is acknowledged.
///
/// Reading takes a ``Snapshot`` and never waits. Writing goes through ``transaction(_:)``, one at a time.
public actor PoolDatabase {
    private let store: Store?
    private let feed = ChangeFeed()
    private let published: Mutex<Snapshot>
    private let deletions = Mutex(DeletionLog())
    // SQLite's commits wait for the disk, and must not hold up a thread that others need.
    private let executor = DiskExecutor(label: "pool-database")

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the database file at `path`, or makes it; with nil the pool lives in memory only.
    ///
    /// - Throws: ``StoreError`` where the file can not be read.
    public init(path: String?, schema: Schema = Schema()) throws(StoreError) {
        let store = try path.map { path throws(StoreError) in try Store(path: path) }
        var snapshot = Snapshot(schema: schema)
        if let store { snapshot = try store.load(schema) }
        self.store = store
        published = Mutex(snapshot)
        feed.publish(snapshot.generation)
    }

    /// The pool as it is now.
    public nonisolated var snapshot: Snapshot { published.withLock { $0 } }

    /// Changes the pool: all of it or, where `body` throws or the disk is full, nothing.
    ///
    /// - Returns: what `body` returns, once the change is on disk.
    /// - Throws: what `body` throws; `INTERNAL_ERROR` where the change could not be written.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @Sendable (inout Transaction) throws(APIError) -> Result
    ) throws(APIError) -> Result {
        let before = snapshot
        var transaction = Transaction(before)
        let result = try body(&transaction)
        guard !transaction.touched.isEmpty else { return result }
        do {
            try store?.append(transaction)
        } catch {
            throw .internalError("The pool's database could not be written: \(error).")
        }
        let after = transaction.snapshot
        let deleted = transaction.touched.filter {
            before.tables[$0.table]?.rows[$0.ref] != nil && after.tables[$0.table]?.rows[$0.ref] == nil
        }
        deletions.withLock { log in
            for key in deleted {
                log.append(
                    Change(generation: after.generation, table: key.table, ref: key.ref, operation: .delete)
                )
            }
        }
        published.withLock { $0 = after }
        feed.publish(after.generation)
        return result
    }

    /// Returns the pool as soon as it is later than `generation`; also when the task is cancelled.
    public nonisolated func change(after generation: Int64) async -> Snapshot {
        await feed.wait(after: generation)
        return snapshot
    }

    /// What changed after `generation`, oldest first; nil where that is so long ago that deletions are forgotten.
    public nonisolated func changes(after generation: Int64, in snapshot: Snapshot) -> [Change]? {
        guard let deleted = deletions.withLock({ $0.changes(after: generation) }) else { return nil }
        var changes = deleted.filter { $0.generation <= snapshot.generation }
        for table in snapshot.tables.values {
            for row in table.rows.values where row.modified > generation {
                changes.append(
                    Change(
                        generation: row.modified,
                        table: row.schema.name,
                        ref: row.ref,
                        operation: row.created > generation ? .add : .modify
                    )
                )
            }
        }
        return changes.sorted {
            ($0.generation, $0.table, $0.ref.rawValue) < ($1.generation, $1.table, $1.ref.rawValue)
        }
    }
}

/// The latest deletions; bounded, so that a pool that runs for years does not grow.
private struct DeletionLog {
    private var changes: [Change] = []
    private var forgottenUpTo: Int64 = 0
    private let limit = 10_000

    mutating func append(_ change: Change) {
        changes.append(change)
        if changes.count > limit {
            forgottenUpTo = changes[limit / 10 - 1].generation
            changes.removeFirst(limit / 10)
        }
    }

    func changes(after generation: Int64) -> [Change]? {
        generation < forgottenUpTo ? nil : changes.filter { $0.generation > generation }
    }
}
