import PoolDatabase
import Synchronization
import XenAPI

/// What is under way on a VM or a host, as its `current_operations` shows it: the only writer of that field.
///
/// A mark belongs to the call that set it, and goes with it (``Pool/during(_:prepare:perform:record:)``). One kind stays
/// behind: a host that was told to go down shows `shutdown` until it has booted anew, or is seen not to have gone down
/// (``Pool/clearShutdown(of:sawBoot:)``). What a server that died has left is cleared by ``Pool/recover()``.
struct OperationMark: Sendable {
    /// The class of the object, `VM` or `host`.
    let table: String
    let object: Ref
    /// The key: the task that shows how far it is, or a reference of its own.
    let operation: Ref
    /// The operation's name in XenAPI.
    let word: String
    /// Whether it stays when the call has done its work.
    var outlivesCall = false

    private static let field = "current_operations"
    /// What a host that goes down shows, also for a restart: so did XenServer 6.0.
    static let shutdown = "shutdown"

    static func vm(_ vm: Ref, _ operation: VMOperation, by key: Ref) -> OperationMark {
        OperationMark(table: "VM", object: vm, operation: key, word: operation.rawValue)
    }

    static func host(_ host: Ref, _ word: String, by key: Ref) -> OperationMark {
        OperationMark(table: "host", object: host, operation: key, word: word, outlivesCall: word == shutdown)
    }

    /// What is under way on an object, as the error that refuses anything else; nil where nothing is.
    static func inProgress(on row: Row) -> APIError? {
        guard let busy = row[field].members?.first else { return nil }
        return APIError("OTHER_OPERATION_IN_PROGRESS", [row.schema.name, row.ref.rawValue, busy.value.text ?? ""])
    }

    /// The keys under which an object is marked with a word.
    static func operations(_ word: String, on row: Row) -> [Ref] {
        (row[field].members ?? []).filter { $0.value.text == word }.map { Ref($0.key) }
    }

    /// Marks the object.
    ///
    /// - Throws: `OTHER_OPERATION_IN_PROGRESS` where something is under way on it already.
    func set(_ transaction: inout Transaction) throws(APIError) {
        if let busy = Self.inProgress(on: try transaction.snapshot.require(table, object)) { throw busy }
        try transaction.set(table, object, Self.field, key: operation.rawValue, word)
    }

    /// Takes the mark away; an object that is gone has none.
    func clear(_ transaction: inout Transaction) {
        try? transaction.set(table, object, Self.field, key: operation.rawValue, nil)
    }

    /// Takes every mark of an object away, but for those with a word.
    static func clearAll(on row: Row, besides word: String? = nil, _ transaction: inout Transaction) throws(APIError) {
        let left = (row[field].members ?? []).filter { $0.value.text == word }
        try transaction.set(row.schema.name, row.ref, field, .map(left))
    }
}

extension Pool {
    /// Does something with an object while the object shows it.
    ///
    /// Whatever happens between, the object is unmarked at the end, and what has become of it is written down, even where the
    /// disk takes nothing at that moment (``PoolDatabase/settle(_:)``).
    ///
    /// - Parameters:
    ///   - prepare: checks and reserves, in the transaction that marks the object; nil where there is nothing to do.
    ///   - perform: does it. It does not throw: what failed is its outcome.
    ///   - record: writes the outcome down. Where it throws, the object is gone, and only the mark is cleared.
    /// - Returns: the outcome; nil where there was nothing to do.
    /// - Throws: what `prepare` throws, `OTHER_OPERATION_IN_PROGRESS`; nothing has been done then.
    func during<Plan: Sendable, Failure: Sendable>(
        _ mark: OperationMark,
        prepare: @Sendable (inout Transaction) throws(APIError) -> Plan?,
        perform: (Plan) async -> Failure?,
        record: @escaping @Sendable (Plan, Failure?, inout Transaction) throws(APIError) -> Void
    ) async throws(APIError) -> (plan: Plan, failure: Failure?)? {
        // Before the mark can be seen: whoever looks at the host meanwhile must not take it for a dead server's.
        if mark.outlivesCall { shutdownOrders.begin(mark) }
        let plan: Plan?
        do throws(APIError) {
            plan = try await database.transaction { transaction throws(APIError) -> Plan? in
                guard let plan = try prepare(&transaction) else { return nil }
                try mark.set(&transaction)
                return plan
            }
        } catch {
            if mark.outlivesCall { shutdownOrders.end(mark, givenAt: nil) }
            throw error
        }
        guard let plan else {
            if mark.outlivesCall { shutdownOrders.end(mark, givenAt: nil) }
            return nil
        }
        let failure = await perform(plan)
        let stays = mark.outlivesCall && failure == nil
        await database.settle { transaction in
            if !stays { mark.clear(&transaction) }
            var recorded = transaction
            do throws(APIError) {
                try record(plan, failure, &recorded)
                transaction = recorded
            } catch {}
        }
        if mark.outlivesCall { shutdownOrders.end(mark, givenAt: stays ? now() : nil) }
        return (plan, failure)
    }

    /// Unmarks a host that was told to go down and has not: the order got lost together with the server that gave it, or the
    /// host did not follow it.
    ///
    /// - Parameter sawBoot: the boot in which the host has just answered.
    func clearShutdown(of host: Row, sawBoot boot: String) async {
        let marked = OperationMark.operations(OperationMark.shutdown, on: host)
        guard !marked.isEmpty, host.map("other_config", HostNote.bootID.rawValue) == boot else { return }
        let now = now()
        let lost = marked.filter { !shutdownOrders.isOpen($0, of: host.ref, at: now) }
        guard !lost.isEmpty else { return }
        await database.settle { transaction in
            for operation in lost {
                OperationMark.host(host.ref, OperationMark.shutdown, by: operation).clear(&transaction)
            }
        }
    }
}

/// The orders to go down that this server has given to hosts, while it lives.
///
/// What is marked on a host and does not stand here was ordered by a server that is dead.
final class ShutdownOrders: Sendable {
    private enum Order {
        case beingGiven
        case given(at: Timestamp)
    }

    /// A host that answers in the same boot for so many seconds after the order did not follow it.
    private static let patience: Int64 = 900

    /// By host, and by the operation that the host is marked with.
    private let orders = Mutex<[Ref: [Ref: Order]]>([:])

    func begin(_ mark: OperationMark) {
        orders.withLock { $0[mark.object, default: [:]][mark.operation] = .beingGiven }
    }

    /// - Parameter time: when it was given; nil where it was not.
    func end(_ mark: OperationMark, givenAt time: Timestamp?) {
        orders.withLock { $0[mark.object, default: [:]][mark.operation] = time.map { .given(at: $0) } }
    }

    /// The host has booted: it follows no order any more.
    func forget(_ host: Ref) { orders.withLock { $0[host] = nil } }

    /// Whether the host may still be about to follow.
    func isOpen(_ operation: Ref, of host: Ref, at now: Timestamp) -> Bool {
        switch orders.withLock({ $0[host]?[operation] }) {
        case nil: false
        case .beingGiven: true
        case .given(let time): now.seconds < time.seconds &+ Self.patience
        }
    }
}
