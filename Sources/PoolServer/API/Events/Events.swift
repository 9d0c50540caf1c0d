import PoolDatabase
import PoolOperations
import Synchronization
import XenAPI

/// What tells callers of the pool's changes: `event.from`, and `event.register` with `event.next` for old clients.
final class Events: Sendable {
    /// Who has missed more events than this is told so, instead of being told the events.
    static let limit = 500
    /// `event.next` answers after this long even if nothing happened, so that both ends know that the other is there.
    static let keepAlive = Duration.seconds(30)
    /// No caller of `event.from` waits longer than this, whatever it asks for.
    static let longestWait = 3600.0

    /// So many single objects are remembered for one session.
    static let mostObjects = 1_000

    private struct Registration {
        var filter: EventFilter
        /// Everything up to this generation has been told.
        var told: Int64
    }

    let pool: Pool
    private let sessions: Sessions
    private let run: Int64
    private let registrations = Mutex<[Ref: Registration]>([:])
    /// The call of each session that waits now: a newer one ends it.
    private let waits = Waits()

    init(pool: Pool, sessions: Sessions) {
        self.pool = pool
        self.sessions = sessions
        run = pool.now().seconds
    }

    /// How many calls wait now.
    var waitingCalls: Int { waits.count }

    /// Lets every call that waits answer now: the server is to end.
    func shutDown() { waits.close() }

    // MARK: event.from

    /// Everything that has changed since `token`, as soon as that is something; nothing after `timeout` seconds.
    func from(_ names: [String], _ token: String, timeout: Double, session: Session) async throws(APIError) -> Value {
        let filter = EventFilter(names)
        let start: EventToken? = token.isEmpty ? nil : try EventToken(token)
        if let start, start.run != run { throw APIError("EVENTS_LOST") }
        let ticket = waits.begin(session.ref)
        defer { waits.end(ticket) }
        let deadline = ContinuousClock.now + .seconds(min(max(0, timeout), Self.longestWait))
        while true {
            let snapshot = pool.database.snapshot
            let happenings = try happenings(since: start, filter, snapshot)
            if !happenings.isEmpty || ContinuousClock.now >= deadline || !waits.isCurrent(ticket) {
                return answer(happenings, filter, snapshot)
            }
            await waits.wait(ticket, until: deadline) { [pool] in
                _ = await pool.database.change(after: snapshot.generation, of: filter.interest(of: session.ref))
            }
            _ = try sessions.use(session.ref)
        }
    }

    /// What happened to each object of interest; without a start, that every object there is has been added.
    private func happenings(
        since start: EventToken?,
        _ filter: EventFilter,
        _ snapshot: Snapshot
    ) throws(APIError) -> [Change] {
        guard let start else {
            let whole = filter.tables.sorted().flatMap { table in snapshot.refs(table).map { (table, $0) } }
            let single = filter.objects.filter { snapshot.row($1, $0) != nil && !filter.tables.contains($1) }
                .map { ($0.value, $0.key) }
            return (whole + single).map { table, ref in
                Change(generation: snapshot.generation, table: table, ref: ref, operation: .add)
            }
        }
        guard start.generation <= snapshot.generation,
            let changes = pool.database.changes(after: start.generation, in: snapshot)
        else { throw APIError("EVENTS_LOST") }
        return Self.collapsed(changes.filter(filter.contains))
    }

    /// One change for each object, in the order of the last ones: what it comes to, seen from before.
    static func collapsed(_ changes: [Change]) -> [Change] {
        var first: [Ref: Change.Operation] = [:]
        var last: [Ref: Change] = [:]
        for change in changes {
            if first[change.ref] == nil { first[change.ref] = change.operation }
            last[change.ref] = change
        }
        return changes.compactMap { change in
            guard last[change.ref] == change else { return nil }
            switch (first[change.ref], change.operation) {
            case (.add, .delete): return nil
            case (.add, _):
                return Change(generation: change.generation, table: change.table, ref: change.ref, operation: .add)
            default: return change
            }
        }
    }

    private func answer(_ changes: [Change], _ filter: EventFilter, _ snapshot: Snapshot) -> Value {
        let counts = filter.classes.map { table in
            Value.Member(table.lowercased(), .int(Int64(snapshot.refs(table).count)))
        }
        return .map([
            .init("events", .set(changes.map { event($0, snapshot, timestamp: "0.") })),
            .init("valid_ref_counts", .map(counts)),
            .init("token", .string(EventToken(generation: snapshot.generation, run: run).text)),
        ])
    }

    private func event(_ change: Change, _ snapshot: Snapshot, timestamp: String) -> Value {
        let row = change.operation == .delete ? nil : snapshot.row(change.table, change.ref)
        var members: [Value.Member] = [
            .init("id", .int(change.generation)), .init("timestamp", .string(timestamp)),
            .init("class", .string(change.table.lowercased())),
            .init("operation", .string(change.operation.rawValue)), .init("ref", .string(change.ref.rawValue)),
        ]
        if let row {
            let filled = AllowedOperations.fill(row, in: snapshot)
            members.append(.init("snapshot", GenericMessages.record(filled)))
        }
        return .map(members)
    }

    /// `event.inject`: tells of an object as if it had changed.
    ///
    /// - Returns: a token, up to which that is told.
    func inject(_ table: String, _ ref: Ref) async throws(APIError) -> String {
        let generation = try await pool.database.transaction { transaction throws(APIError) in
            try transaction.tellAgain(table, ref)
            return transaction.snapshot.generation
        }
        return EventToken(generation: generation, run: run).text
    }

    // MARK: event.register, event.next

    /// - Throws: `VALUE_NOT_SUPPORTED` where a session asks for more single objects than are remembered for one.
    func register(_ names: [String], session: Session) throws(APIError) {
        forgetEnded()
        let now = pool.database.snapshot.generation
        let isTaken = registrations.withLock { registrations in
            var registration = registrations[session.ref] ?? Registration(filter: EventFilter(), told: now)
            registration.filter.formUnion(EventFilter(names))
            guard registration.filter.objects.count <= Self.mostObjects else { return false }
            registrations[session.ref] = registration
            return true
        }
        guard isTaken else {
            throw APIError(
                "VALUE_NOT_SUPPORTED",
                ["classes", "\(names.count) names", "at most \(Self.mostObjects) single objects: name their class"]
            )
        }
    }

    func unregister(_ names: [String], session: Session) {
        registrations.withLock { registrations in
            guard var registration = registrations[session.ref] else { return }
            registration.filter.subtract(EventFilter(names))
            registrations[session.ref] = registration.filter.classes.isEmpty ? nil : registration
        }
    }

    /// The events that the session has registered for and has not been told of; waits until there are some.
    ///
    /// - Throws: `SESSION_NOT_REGISTERED`; `EVENTS_LOST` where there are too many, the next call beginning afresh.
    func next(session: Session) async throws(APIError) -> Value {
        let deadline = ContinuousClock.now + Self.keepAlive
        let ticket = waits.begin(session.ref)
        defer { waits.end(ticket) }
        while true {
            guard let registration = registrations.withLock({ $0[session.ref] }) else {
                throw APIError("SESSION_NOT_REGISTERED", [session.ref.rawValue])
            }
            let snapshot = pool.database.snapshot
            let changes = pool.database.changes(after: registration.told, in: snapshot)
            let relevant = changes?.filter(registration.filter.contains)
            if relevant?.isEmpty != true {
                registrations.withLock { $0[session.ref]?.told = snapshot.generation }
                guard let relevant, relevant.count <= Self.limit else { throw APIError("EVENTS_LOST") }
                return told(relevant, snapshot)
            }
            if ContinuousClock.now >= deadline || !waits.isCurrent(ticket) {
                return told(keepAlive(snapshot, registration.filter), snapshot)
            }
            await waits.wait(ticket, until: deadline) { [pool] in
                _ = await pool.database.change(
                    after: snapshot.generation,
                    of: registration.filter.interest(of: session.ref)
                )
            }
            _ = try sessions.use(session.ref)
        }
    }

    /// A change of the pool that never was, for those who would hear of one.
    private func keepAlive(_ snapshot: Snapshot, _ filter: EventFilter) -> [Change] {
        guard filter.tables.contains("pool"), let pool = snapshot.refs("pool").first else { return [] }
        return [Change(generation: snapshot.generation, table: "pool", ref: pool, operation: .modify)]
    }

    private func told(_ changes: [Change], _ snapshot: Snapshot) -> Value {
        let timestamp = "\(pool.now().seconds)."
        return .set(Self.collapsed(changes).map { event($0, snapshot, timestamp: timestamp) })
    }

    private func forgetEnded() {
        let open = Set(sessions.all.map(\.ref))
        registrations.withLock { registrations in
            registrations = registrations.filter { open.contains($0.key) }
        }
    }
}
