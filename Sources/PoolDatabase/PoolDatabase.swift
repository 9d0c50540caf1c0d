import Basics
import Synchronization
public import XenAPI

/// The pool's memory: typed rows, changed by transactions, each of which is on disk before it is acknowledged.
///
/// Reading takes a ``Snapshot`` and never waits. Writing goes through ``transaction(_:)``, one at a time.
public actor PoolDatabase {
    private let store: Store?
    private let beforeWriting: @Sendable () throws -> Void
    private let feed = ChangeFeed()
    private let published: Mutex<Snapshot>
    // SQLite's commits wait for the disk, and must not hold up a thread that others need.
    private let executor = BlockingExecutor(label: "pool-database")
    /// What is shown and is not on disk, because the disk took nothing when it happened.
    private var unsaved: Set<Transaction.Key> = []
    /// What the file holds and can not be read: kept there, and left out of the pool.
    public nonisolated let unreadable: [UnreadableObject]

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the database file at `path`, or makes it; with nil the pool lives in memory only.
    ///
    /// Objects that can not be read are left out, and named in ``unreadable``. Without the pool's own row there is no pool.
    ///
    /// - Throws: ``StoreError`` where the file can not be used.
    public init(path: String?, schema: Schema = Schema()) throws(StoreError) {
        try self.init(path: path, schema: schema, beforeWriting: {})
    }

    /// - Parameter beforeWriting: called before anything is written; where it throws, nothing is, as on a full disk.
    package init(
        path: String?,
        schema: Schema = Schema(),
        beforeWriting: @escaping @Sendable () throws -> Void
    ) throws(StoreError) {
        self.beforeWriting = beforeWriting
        let store = try path.map { path throws(StoreError) in try Store(path: path) }
        var snapshot = Snapshot(schema: schema)
        var unreadable: [UnreadableObject] = []
        if let store { (snapshot, unreadable) = try store.load(schema) }
        if let path, snapshot.rows("pool").isEmpty, let pool = unreadable.first(where: { $0.table == "pool" }) {
            throw .damaged(path: path, reason: "the pool itself can not be read: \(pool.reason)")
        }
        self.store = store
        self.unreadable = unreadable
        published = Mutex(snapshot)
        feed.begin(at: snapshot.generation)
    }

    /// The pool as it is now.
    public nonisolated var snapshot: Snapshot { published.withLock { $0 } }

    /// Changes the pool: all of it or, where `body` throws or the disk is full, nothing.
    ///
    /// - Returns: what `body` returns, once the change is on disk.
    /// - Throws: what `body` throws; `VALUE_NOT_SUPPORTED` for a value that could not be read again; `INTERNAL_ERROR` where
    ///   the change could not be written.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @Sendable (inout Transaction) throws(APIError) -> Result
    ) throws(APIError) -> Result {
        let before = snapshot
        var transaction = Transaction(before)
        let result = try body(&transaction)
        guard transaction.isHeard else { return result }
        // A pool that lives in memory is never read again, and may hold whatever another pool has sent.
        if store != nil {
            let rows = try transaction.snapshot.stored(transaction.touched)
            do {
                try save(rows, of: transaction)
            } catch {
                throw .internalError("The pool's database could not be written: \(error).")
            }
        }
        publish(transaction.snapshot, transaction.changes(since: before))
        return result
    }

    /// Writes down what has happened already, so that it can not be refused any more: the end of a migration, say.
    ///
    /// The pool shows it at once. Where the disk takes nothing now, it goes there together with the next change that the disk
    /// takes; a server that ends before finds out anew, from the hosts, what became of it.
    ///
    /// - Parameter body: where it throws, nothing is changed.
    public func settle(_ body: @Sendable (inout Transaction) throws(APIError) -> Void) {
        let before = snapshot
        var transaction = Transaction(before)
        let rows: [StoredRow]
        do throws(APIError) {
            try body(&transaction)
            guard transaction.isHeard else { return }
            rows = store == nil ? [] : try transaction.snapshot.stored(transaction.touched)
        } catch {
            return
        }
        do { try save(rows, of: transaction) } catch { unsaved.formUnion(transaction.touched) }
        publish(transaction.snapshot, transaction.changes(since: before))
    }

    /// Puts on disk what a transaction has changed, and what could not be put there before.
    private func save(_ rows: [StoredRow], of transaction: Transaction) throws {
        guard let store else { return }
        try beforeWriting()
        let older = unsaved.subtracting(transaction.touched)
        let late = older.isEmpty ? [] : try transaction.snapshot.stored(Array(older))
        try store.write(late + rows, generation: transaction.snapshot.generation)
        if !rows.isEmpty || !late.isEmpty { unsaved = [] }
    }

    /// Takes over a recorded pool, which the database must not hold any objects beside.
    ///
    /// - Parameter dump: the bytes of a `state.db` or of what `pool-dump-database` wrote.
    /// - Throws: ``DumpLoadingError``; nothing is then loaded.
    public func load(dump: [UInt8]) throws(DumpLoadingError) {
        let before = snapshot
        guard before.tables.values.allSatisfy(\.rows.isEmpty) else { throw .notEmpty }
        let loaded = try Snapshot(dump: dump, schema: before.schema)
        do {
            try store?.replaceAll(with: loaded)
        } catch {
            throw .notWritten("\(error)")
        }
        published.withLock { $0 = loaded }
        feed.begin(at: loaded.generation)
    }

    /// The log first, then the pool, then those who wait: so nobody sees a pool whose changes are not in the log yet,
    /// and nobody is woken to a pool that does not show what woke them.
    private func publish(_ after: Snapshot, _ changes: [Change]) {
        feed.record(changes, at: after.generation)
        published.withLock { $0 = after }
        feed.wake(for: changes)
    }

    /// Returns the pool as soon as something of interest has happened later than `generation`; also when the task is
    /// cancelled, and when what happened since then is partly forgotten.
    public nonisolated func change(after generation: Int64, of interest: Interest = .everything) async -> Snapshot {
        await feed.wait(after: generation, for: interest)
        return snapshot
    }

    /// What changed after `generation` up to `snapshot`, oldest first; nil where some of that is forgotten.
    ///
    /// An object that others point at through a mirrored reference changes with them: a new `host_patch` modifies its
    /// host and its `pool_patch` too.
    public nonisolated func changes(after generation: Int64, in snapshot: Snapshot) -> [Change]? {
        feed.changes(after: generation).map { $0.filter { $0.generation <= snapshot.generation } }
    }
}
