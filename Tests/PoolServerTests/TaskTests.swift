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
}
