import Datamodel
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

@testable import PoolServer

@Suite("Tasks")
struct TaskTests {
    private func finished(_ bench: Bench) -> [Row] {
        bench.api.pool.database.snapshot.rows("task").filter { $0.date("finished") != .never }
    }

    @Test("Of those that have finished 200 are kept, and none for longer than 65 minutes")
    func retention() async throws {
        let bench = try await Bench()
        let pending = await bench.api.tasks.create("waits", "", owner: bench.root)
        for number in 0..<205 {
            let task = await bench.api.tasks.create("\(number)", "", owner: bench.root)
            await bench.api.tasks.succeed(task, "")
        }
        #expect(finished(bench).map(\.nameLabel) == (5..<205).map(String.init))
        bench.clock.advance(by: Tasks.keptSeconds + 1)
        let last = await bench.api.tasks.create("last", "", owner: bench.root)
        await bench.api.tasks.fail(last, .internalError("x"))
        #expect(finished(bench).map(\.nameLabel) == ["last"])
        #expect(bench.api.pool.database.snapshot.row("task", pending)?.string("status") == "pending")
        bench.clock.advance(by: Tasks.pendingSeconds)
        await bench.api.tasks.succeed(await bench.api.tasks.create("x", "", owner: bench.root), "")
        #expect(bench.api.pool.database.snapshot.row("task", pending) == nil, "it was left for a day")
    }

    @Test("Progress is shown while a task is pending, and is whole when it has succeeded")
    func progress() async throws {
        let bench = try await Bench()
        let task = await bench.api.tasks.create("x", "", owner: bench.root)
        await bench.api.tasks.setProgress(task, 0.25)
        #expect(try await bench.call("task.get_progress", .ref(task)) == .float(0.25))
        await bench.api.tasks.succeed(task, "done")
        await bench.api.tasks.setProgress(task, 0.5)
        #expect(try await bench.call("task.get_progress", .ref(task)) == .float(1))
        #expect(try await bench.call("task.get_result", .ref(task)) == .string("done"))
        #expect(try await bench.call("task.get_allowed_operations", .ref(task)) == .set([]))
    }

    @Test("A task that is cancelled says so, and what it stands for is stopped")
    func cancel() async throws {
        let bench = try await Bench()
        let own = try Ref(#require(try await bench.call("task.create", .string("mine"), .string("")).text))
        try await bench.call("task.cancel", .ref(own))
        #expect(try await bench.call("task.get_status", .ref(own)) == .string("cancelled"))
        #expect(
            try await bench.call("task.get_error_info", .ref(own)) == .strings(["TASK_CANCELLED", own.rawValue])
        )
        let work = await bench.api.tasks.create("works", "", owner: bench.root)
        bench.api.tasks.run(work, returning: .void) { () async throws(APIError) in
            try? await Task.sleep(for: .seconds(600))
            throw .internalError("stopped")
        }
        try await bench.call("task.cancel", .ref(work))
        let row = try #require(await bench.api.tasks.wait(work))
        #expect(row.string("status") == "cancelled")
        try await bench.call("task.destroy", .ref(work))
        #expect(await bench.error("task.get_status", .ref(work))?.code == "HANDLE_INVALID")
    }

    /// A bench with a user of a role, signed in.
    private func bench(_ role: Role) async throws -> (Bench, Session) {
        let bench = try await Bench()
        try bench.api.users.set("anna", password: "word", role: role)
        return (bench, try await bench.api.login("anna", password: "word"))
    }

    @Test(
        "Below pool-operator everybody ends and forgets their own tasks only",
        arguments: ["task.cancel", "task.destroy"],
        [Role.readOnly, .vmOperator, .vmPowerAdmin, .poolOperator]
    )
    func others(message: String, role: Role) async throws {
        let (bench, anna) = try await bench(role)
        let roots = try await bench.call("task.create", .string("root's"), .string(""))
        let own = try await bench.api.call("task.create", [.string("mine"), .string("")], in: anna)
        _ = try await bench.api.call(message, [own], in: anna)
        do throws(APIError) {
            _ = try await bench.api.call(message, [roots], in: anna)
            #expect(role == .poolOperator)
        } catch {
            #expect(error.code == "RBAC_PERMISSION_DENIED" && error.parameters.first == message)
            #expect(role < .poolOperator)
            #expect(try await bench.call("task.get_status", roots) == .string("pending"))
        }
    }

    @Test("A transfer ends a task that its client made, and none that the server works on or that has ended")
    func transfers() async throws {
        let bench = try await Bench()
        let made = try Ref(#require(try await bench.call("task.create", .string("mine"), .string("")).text))
        #expect(bench.api.tasks.isOpenToTransfer(made))
        let work = await bench.api.tasks.create("Async.host.evacuate", "", owner: bench.root)
        #expect(!bench.api.tasks.isOpenToTransfer(work))
        await bench.api.tasks.succeed(made, "")
        #expect(!bench.api.tasks.isOpenToTransfer(made))
    }

    @Test("One user's tasks are bounded in number and size, and push out nobody else's")
    func hoard() async throws {
        let (bench, anna) = try await bench(.readOnly)
        let kept = try Ref(#require(try await bench.call("task.create", .string("root's"), .string("")).text))
        await bench.api.tasks.succeed(kept, "")
        let long = String(repeating: "d", count: 250_000)
        await #expect(throws: APIError.self) {
            try await bench.api.call("task.create", [.string("x"), .string(long)], in: anna)
        }
        for _ in 0..<Tasks.pendingLimit {
            _ = try await bench.api.call("task.create", [.string("x"), .string("")], in: anna)
        }
        let error = await #expect(throws: APIError.self) {
            try await bench.api.call("task.create", [.string("x"), .string("")], in: anna)
        }
        #expect(error?.code == "TOO_MANY_PENDING_TASKS")
        for _ in 0..<(Tasks.keptFinished + 5) {
            let task = await bench.api.tasks.create("x", "", owner: anna)
            await bench.api.tasks.succeed(task, "")
        }
        #expect(bench.api.pool.database.snapshot.row("task", kept) != nil)
        #expect(finished(bench).count == Tasks.keptFinished + 1)
    }
}
