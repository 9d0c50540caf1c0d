import Datamodel
import PoolDatabase
import PoolOperations
import Synchronization
import XenAPI

/// The tasks by which callers follow what takes its time. They live as rows of the `task` class, in memory only.
final class Tasks: Sendable {
    /// A user's finished tasks beyond this many are forgotten, oldest first.
    static let keptFinished = 200
    /// A finished task is forgotten after this many seconds.
    static let keptSeconds: Int64 = 65 * 60
    /// One that a client has made and not ended is forgotten after this many seconds.
    static let pendingSeconds: Int64 = 24 * 3600

    /// So many tasks that a user's clients have made, and not ended, are kept for one user.
    static let pendingLimit = 200

    /// Whose a task is.
    private struct Owner {
        let user: String
        /// Whether a client made it and looks after it, so that nothing here will ever end it.
        let isClients: Bool
    }

    private let pool: Pool
    private let running = Mutex<[Ref: Task<Void, Never>]>([:])
    private let owners = Mutex<[Ref: Owner]>([:])

    init(pool: Pool) { self.pool = pool }

    /// `task.create`: makes a task that a client looks after.
    ///
    /// - Throws: `TOO_MANY_PENDING_TASKS` where the user has left too many behind.
    func createForClient(_ label: String, _ description: String, owner: Session) async throws(APIError) -> Ref {
        let left = owners.withLock { $0.values.count { $0.isClients && $0.user == owner.user } }
        guard left < Self.pendingLimit else { throw APIError("TOO_MANY_PENDING_TASKS") }
        return await create(label, description, owner: owner, isClients: true)
    }

    /// Makes a task that has not finished.
    func create(_ label: String, _ description: String, owner: Session, isClients: Bool = false) async -> Ref {
        let (ref, uuid, now) = (pool.makeRef(), pool.makeUUID(), pool.now())
        await change { transaction throws(APIError) in
            let master = try transaction.snapshot.pool().string("master")
            transaction.create(
                "task",
                ref,
                [
                    "uuid": .string(uuid), "name_label": .string(label), "name_description": .string(description),
                    "created": .date(now), "status": .string("pending"), "type": .string("<none/>"),
                    "resident_on": .string(master), "session": .string(owner.ref.rawValue),
                    "allowed_operations": .strings(["cancel"]),
                ]
            )
        }
        // After the row, without which the owner would be forgotten again.
        owners.withLock { $0[ref] = Owner(user: owner.user, isClients: isClients) }
        return ref
    }

    /// - Throws: `RBAC_PERMISSION_DENIED` unless a task is the session's user's own, or the role is one that looks after the
    ///   whole pool.
    func assertMayTouch(_ task: Ref, _ session: Session, _ permission: String) throws(APIError) {
        guard session.role < .poolOperator else { return }
        guard owners.withLock({ $0[task]?.user }) == session.user else {
            throw APIError(
                "RBAC_PERMISSION_DENIED",
                [
                    permission,
                    "The task is somebody else's, and the role of user \(session.user) is \(session.role.rawValue).",
                ]
            )
        }
    }

    /// Whether a task was made here.
    func isOwn(_ task: Ref) -> Bool { owners.withLock { $0[task] != nil } }

    /// Whether a task is one that a transfer may end: its client made it for that, and it waits.
    func isOpenToTransfer(_ task: Ref) -> Bool {
        pool.database.snapshot.row("task", task)?.string("status") == "pending"
            && owners.withLock { $0[task]?.isClients == true }
    }

    func destroy(_ task: Ref) async {
        owners.withLock { $0[task] = nil }
        await change { transaction throws(APIError) in transaction.delete("task", task) }
    }

    /// Shows how much is done, from 0 to 1.
    func setProgress(_ task: Ref, _ part: Double) async {
        await change { transaction throws(APIError) in
            guard transaction.snapshot.row("task", task)?.string("status") == "pending" else { return }
            try transaction.set("task", task, "progress", .float(min(1, max(0, part))))
        }
    }

    /// Ends a task well.
    ///
    /// - Parameter result: its result as text.
    func succeed(_ task: Ref, _ result: String) async {
        await finish(task, "success") { transaction throws(APIError) in
            try transaction.set("task", task, "result", .string(result))
            try transaction.set("task", task, "progress", .float(1))
        }
    }

    /// Ends a task with an error.
    func fail(_ task: Ref, _ error: APIError) async {
        await finish(task, error.code == "TASK_CANCELLED" ? "cancelled" : "failure") { transaction throws(APIError) in
            try transaction.set("task", task, "error_info", .strings(error.description))
        }
    }

    /// Runs what a task stands for beside everything else, and ends the task with what comes of it.
    func run(
        _ task: Ref,
        returning type: FieldType,
        _ body: @escaping @Sendable () async throws(APIError) -> Value
    ) {
        let work = Task {
            do throws(APIError) {
                let value = try await body()
                await succeed(task, type == .void ? "" : XMLRPC.text(value))
            } catch {
                await fail(task, Task.isCancelled ? APIError("TASK_CANCELLED", [task.rawValue]) : error)
            }
            running.withLock { $0[task] = nil }
        }
        running.withLock { $0[task] = work }
    }

    /// Asks what a task stands for to stop.
    func cancel(_ task: Ref) async throws(APIError) {
        let row = try pool.database.snapshot.require("task", task)
        guard row.string("status") == "pending" else { return }
        if let work = running.withLock({ $0[task] }) {
            await change { transaction throws(APIError) in
                try transaction.set("task", task, "status", .string("cancelling"))
            }
            work.cancel()
        } else {
            await fail(task, APIError("TASK_CANCELLED", [task.rawValue]))
        }
    }

    /// Returns a task's row as soon as it is no longer pending, or nil where it is gone.
    func wait(_ task: Ref) async -> Row? {
        var snapshot = pool.database.snapshot
        while !Task.isCancelled {
            guard let row = snapshot.row("task", task) else { return nil }
            if !["pending", "cancelling"].contains(row.string("status")) { return row }
            snapshot = await pool.database.change(after: snapshot.generation)
        }
        return nil
    }

    /// Stops everything that still runs, and waits for it.
    func shutDown() async {
        let left = running.withLock { Array($0.values) }
        for work in left { work.cancel() }
        for work in left { await work.value }
    }

    private func finish(
        _ task: Ref,
        _ status: String,
        _ more: @escaping @Sendable (inout Transaction) throws(APIError) -> Void
    ) async {
        let now = pool.now()
        let atWork = Set(running.withLock { $0.keys })
        let users = owners.withLock { owners in
            if let owner = owners[task] { owners[task] = Owner(user: owner.user, isClients: false) }
            return owners.mapValues(\.user)
        }
        await change { transaction throws(APIError) in
            guard let row = transaction.snapshot.row("task", task),
                ["pending", "cancelling"].contains(row.string("status"))
            else { return }
            try transaction.set("task", task, "status", .string(status))
            try transaction.set("task", task, "finished", .date(now))
            try transaction.set("task", task, "allowed_operations", .set([]))
            try more(&transaction)
            Self.forgetOld(&transaction, now, except: atWork, users)
        }
        let snapshot = pool.database.snapshot
        owners.withLock { owners in owners = owners.filter { snapshot.row("task", $0.key) != nil || $0.key == task } }
    }

    private static func forgetOld(
        _ transaction: inout Transaction,
        _ now: Timestamp,
        except atWork: Set<Ref>,
        _ users: [Ref: String]
    ) {
        // Those that a pool behind this server tells of are that pool's own.
        let all = transaction.snapshot.rows("task").filter { users[$0.ref] != nil }
        for row in all where row.date("finished") == .never && !atWork.contains(row.ref) {
            if now.seconds - row.date("created").seconds > pendingSeconds { transaction.delete("task", row.ref) }
        }
        // One user's tasks push out no other's.
        for tasks in Dictionary(grouping: all.filter { $0.date("finished") != .never }, by: { users[$0.ref] }).values {
            for (index, row) in tasks.enumerated()
            where index < tasks.count - keptFinished || now.seconds - row.date("finished").seconds > keptSeconds {
                transaction.delete("task", row.ref)
            }
        }
    }

    /// Tasks are not kept on disk, so that a change of one can not fail; a task that is gone needs none.
    private func change(_ body: @escaping @Sendable (inout Transaction) throws(APIError) -> Void) async {
        try? await pool.database.transaction(body)
    }
}
