import Datamodel
public import PoolControl
public import PoolDatabase
import Synchronization
public import XenAPI
public import XenAPIClient

/// A remote pool's rows in an ordinary database, with the pool's own references: what reads a pool reads this, and does not
/// know the difference.
///
/// Each batch of events is one transaction: nobody sees half of what happened together. Where events were lost, or the counts
/// of objects differ, everything is read again, and what differs is one transaction, too.
public actor PoolMirror: PoolObserver {
    /// The rows.
    public nonisolated let database: PoolDatabase
    private let client: XenAPIClient
    let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let state = Mutex(State())
    /// Classes whose count differs although everything was just read: it is counted otherwise there.
    private var uncounted: Set<String> = []
    /// The objects that came from the pool. What else the rows hold is this server's own: it is never taken away.
    private var theirs: [String: Set<Ref>] = [:]
    /// When objects were read by themselves, and when all were: what was asked for before may be older.
    private var readAlone: [Ref: ContinuousClock.Instant] = [:]
    private var readWhole = ContinuousClock.now
    /// Where the last reading of everything ended: who follows goes on from there, and need not read it all once more.
    private var end: EventStream.Iterator?

    private struct State {
        var freshness = Freshness()
        /// Fields that the pool sends, by class.
        var sent: [String: Set<String>] = [:]
    }

    /// An empty mirror.
    ///
    /// - Parameter now: the time, for the mirror's age.
    public init(
        of client: XenAPIClient,
        now: @escaping @Sendable () -> Timestamp,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(StoreError) {
        database = try PoolDatabase(path: nil, schema: RemoteDatamodel.schema)
        (self.client, self.now, self.clock) = (client, now, clock)
    }

    /// How current the rows are.
    public nonisolated var freshness: Freshness { state.withLock { $0.freshness } }

    /// Whether the pool has such a field at all: one that it lacks is absent, whatever its row holds.
    public nonisolated func sends(_ table: String, _ field: String) -> Bool {
        state.withLock { $0.sent[table]?.contains(field) ?? false }
    }

    /// Reads everything once.
    public func read() async throws(XenAPIError) {
        let asked = ContinuousClock.now
        var batches = client.events(of: RemoteDatamodel.followed).makeAsyncIterator()
        guard let batch = try await batches.next() else { return }
        try await take(batch, asked: asked)
        (readWhole, end) = (.now, batches)
    }

    /// Follows the pool until the task is cancelled. A pool that goes away is waited for.
    public func follow() async {
        var batches = end ?? client.events(of: RemoteDatamodel.followed).makeAsyncIterator()
        let pauses = client.limits.pauses
        var pause = pauses.lowerBound
        while !Task.isCancelled {
            do throws(XenAPIError) {
                let asked = ContinuousClock.now
                guard let batch = try await batches.next() else { return }
                let isComplete = try await take(batch, asked: asked)
                if !isComplete { batches.startOver() }
                pause = pauses.lowerBound
                // Bursts come together, and a busy pool does not keep us busy.
                if !batch.events.isEmpty { try? await clock.sleep(for: Self.gathering) }
            } catch {
                guard error != .cancelled else { return }
                state.withLock { $0.freshness.silence = "\(error)" }
                try? await clock.sleep(for: error.isPassing ? pause : max(pause, .seconds(30)))
                pause = min(pause * 2, pauses.upperBound)
            }
        }
    }

    private static let gathering = Duration.milliseconds(100)

    /// Reads one object anew, for whoever can not wait until its event comes.
    public func refresh(_ table: String, _ ref: Ref) async throws(XenAPIError) {
        let event: PoolEvent
        do throws(XenAPIError) {
            let record = try await client.call("\(table).get_record", [.string(ref.rawValue)])
            event = PoolEvent(table: table.lowercased(), ref: ref, operation: .modify, snapshot: record)
        } catch {
            guard error.code == "HANDLE_INVALID" else { throw error }
            event = PoolEvent(table: table.lowercased(), ref: ref, operation: .delete, snapshot: nil)
        }
        try await take([event])
    }

    /// Takes over records that were just read, one by one.
    func take(_ events: [PoolEvent]) async throws(XenAPIError) {
        try await write(events, isWhole: false)
        for event in events { readAlone[event.ref] = .now }
    }

    /// - Parameter asked: when it was asked for.
    /// - Returns: whether the mirror now has as many objects as the pool.
    @discardableResult
    private func take(_ batch: EventBatch, asked: ContinuousClock.Instant) async throws(XenAPIError) -> Bool {
        // An object that was read by itself meanwhile may be newer than what this batch says of it.
        let isDoubtful = { [readAlone, readWhole] (event: PoolEvent) in
            (readAlone[event.ref] ?? readWhole) > asked
        }
        // Everything again is read more quickly than each object by itself.
        if batch.isWhole, readWhole > asked { return false }
        let doubtful = batch.events.filter(isDoubtful)
        if !batch.events.isEmpty || batch.isWhole {
            let kept = batch.isWhole ? batch.events : batch.events.filter { !isDoubtful($0) }
            try await write(kept, isWhole: batch.isWhole)
        }
        readAlone = readAlone.filter { $0.value > asked }
        for event in doubtful {
            guard let table = RemoteTables.shared.name(event.table) else { continue }
            try await refresh(table, event.ref)
        }
        let snapshot = database.snapshot
        if batch.isWhole || batch.events.contains(where: { $0.table == "host" }) {
            await client.learn(members: snapshot.rows("host").map { $0.string("address") })
        }
        let differing = Set(
            RemoteDatamodel.followed.filter { table in
                guard let count = batch.counts[table.lowercased()] else { return false }
                return count != Int64(theirs[table]?.count ?? 0)
            }
        )
        if batch.isWhole { uncounted = differing }
        state.withLock { $0.freshness = Freshness(confirmed: now()) }
        return differing.isSubset(of: uncounted)
    }

    private func write(_ events: [PoolEvent], isWhole: Bool) async throws(XenAPIError) {
        var seen: [String: Set<String>] = [:]
        for event in events {
            guard let table = RemoteTables.shared.name(event.table), let record = event.snapshot?.members else {
                continue
            }
            guard isWhole || !state.withLock({ $0.sent.keys.contains(table) }) else { continue }
            seen[table, default: []].formUnion(record.map(\.key))
        }
        state.withLock { state in
            if isWhole { state.sent = [:] }
            for (table, fields) in seen { state.sent[table, default: []].formUnion(fields) }
        }
        do throws(APIError) {
            let before = theirs
            theirs = try await database.transaction { transaction throws(APIError) in
                try transaction.apply(events, isWhole: isWhole, to: before)
            }
        } catch {
            throw .refused(error)
        }
    }
}

/// The mirror's tables by the names that events use, which are in lower case.
struct RemoteTables: Sendable {
    static let shared = RemoteTables()
    private let names: [String: String]

    private init() {
        names = Dictionary(RemoteDatamodel.followed.map { ($0.lowercased(), $0) }) { first, _ in first }
    }

    func name(_ table: String) -> String? { names[table] }
}

extension Transaction {
    /// Makes the rows as events say they are.
    ///
    /// - Parameters:
    ///   - isWhole: whether what the events do not name is gone.
    ///   - before: the objects that came from the pool before.
    /// - Returns: those that have come from it now.
    mutating func apply(_ events: [PoolEvent], isWhole: Bool, to before: [String: Set<Ref>]) throws(APIError)
        -> [String: Set<Ref>]
    {
        var theirs = before
        var seen: [String: Set<Ref>] = [:]
        for event in events {
            guard let table = RemoteTables.shared.name(event.table) else { continue }
            if event.operation == .delete {
                guard theirs[table]?.remove(event.ref) != nil else { continue }
                delete(table, event.ref)
                seen[table]?.remove(event.ref)
            } else if let record = event.snapshot?.members {
                try write(record, to: table, event.ref)
                seen[table, default: []].insert(event.ref)
                theirs[table, default: []].insert(event.ref)
            }
        }
        guard isWhole else { return theirs }
        for (table, refs) in theirs {
            for ref in refs where seen[table]?.contains(ref) != true {
                delete(table, ref)
                theirs[table]?.remove(ref)
            }
        }
        return theirs
    }

    /// Fields that nobody here knows are left out; so are values that can not be what the field holds.
    private mutating func write(_ record: [Value.Member], to table: String, _ ref: Ref) throws(APIError) {
        guard let schema = snapshot.schema.tables[table] else { return }
        let exists = snapshot.stored(table, ref) != nil
        var values: [String: Value] = [:]
        for member in record {
            guard let position = schema.position(of: member.key), !snapshot.schema.isMirror(table, member.key),
                let value = schema.fields[position].type.reading(member.value)
            else { continue }
            if exists {
                try set(table, ref, member.key, value)
            } else {
                values[member.key] = value
            }
        }
        if !exists { create(table, ref, values) }
    }
}
