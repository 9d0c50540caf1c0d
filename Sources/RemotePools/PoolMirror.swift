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
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let state = Mutex(State())
    /// Classes whose count differs although everything was just read: it is counted otherwise there.
    private var uncounted: Set<String> = []

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
        var batches = client.events(of: RemoteDatamodel.followed).makeAsyncIterator()
        if let batch = try await batches.next() { try await take(batch) }
    }

    /// Follows the pool until the task is cancelled. A pool that goes away is waited for.
    public func follow() async {
        var batches = client.events(of: RemoteDatamodel.followed).makeAsyncIterator()
        let pauses = client.limits.pauses
        var pause = pauses.lowerBound
        while !Task.isCancelled {
            do throws(XenAPIError) {
                guard let batch = try await batches.next() else { return }
                let isComplete = try await take(batch)
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
        try await write([event], isWhole: false)
    }

    /// - Returns: whether the mirror now has as many objects as the pool.
    @discardableResult
    private func take(_ batch: EventBatch) async throws(XenAPIError) -> Bool {
        if !batch.events.isEmpty || batch.isWhole { try await write(batch.events, isWhole: batch.isWhole) }
        let snapshot = database.snapshot
        if batch.isWhole || batch.events.contains(where: { $0.table == "host" }) {
            await client.learn(members: snapshot.rows("host").map { $0.string("address") })
        }
        let differing = Set(
            RemoteDatamodel.followed.filter { table in
                guard let count = batch.counts[table.lowercased()] else { return false }
                return count != Int64(snapshot.refs(table).count)
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
            try await database.transaction { transaction throws(APIError) in
                try transaction.apply(events, isWhole: isWhole)
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
    /// - Parameter isWhole: whether what the events do not name is gone.
    mutating func apply(_ events: [PoolEvent], isWhole: Bool) throws(APIError) {
        var seen: [String: Set<Ref>] = [:]
        for event in events {
            guard let table = RemoteTables.shared.name(event.table) else { continue }
            if event.operation == .delete {
                delete(table, event.ref)
                seen[table]?.remove(event.ref)
            } else if let record = event.snapshot?.members {
                try write(record, to: table, event.ref)
                seen[table, default: []].insert(event.ref)
            }
        }
        guard isWhole else { return }
        for table in RemoteDatamodel.followed {
            for ref in snapshot.refs(table) where seen[table]?.contains(ref) != true { delete(table, ref) }
        }
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
