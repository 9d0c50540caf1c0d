import PoolDatabase
import XenAPI

extension Command {
    /// Commands on patches.
    static let patches = [
        Command("patch-upload", required: ["file-name"], standard: true, "Upload a patch file to the server.") { run in
            try await run.uploadPatch()
        },
        Command(
            "patch-precheck",
            required: ["uuid", "host-uuid"],
            "Run the prechecks contained within a patch previously uploaded to the specified host."
        ) { run in
            let output = try await run.call(
                "pool_patch.precheck",
                try run.reference("pool_patch", "uuid"),
                try run.reference("host", "host-uuid")
            )
            try await run.printer.list([output.text ?? ""])
        },
        Command(
            "patch-apply",
            required: ["uuid", "host-uuid"],
            "Apply a patch previously uploaded to the specified host."
        ) {
            run in
            let output = try await run.call(
                "pool_patch.apply",
                try run.reference("pool_patch", "uuid"),
                try run.reference("host", "host-uuid")
            )
            try await run.printer.list([output.text ?? ""])
        },
        Command(
            "patch-pool-apply",
            required: ["uuid"],
            standard: true,
            "Apply a patch previously uploaded to all hosts in the pool."
        ) {
            run in
            try await run.call("pool_patch.pool_apply", try run.reference("pool_patch", "uuid"))
        },
        Command("patch-clean", required: ["uuid"], "Delete a previously uploaded patch file.") { run in
            try await run.call("pool_patch.clean", try run.reference("pool_patch", "uuid"))
        },
        Command(
            "patch-pool-clean",
            required: ["uuid"],
            "Delete a previously uploaded patch file on all hosts in the pool."
        ) {
            run in
            try await run.call("pool_patch.pool_clean", try run.reference("pool_patch", "uuid"))
        },
        Command("patch-destroy", required: ["uuid"], "Remove a patch record and its files from the server.") { run in
            try await run.call("pool_patch.destroy", try run.reference("pool_patch", "uuid"))
        },
    ]
}

extension CommandRun {
    /// Has the client send a file into a task, and prints the uuid of what became of it.
    fileprivate mutating func uploadPatch() async throws {
        let file = try required("file-name")
        try await withTask("host patch upload") { run, task in
            try await run.client.send(
                .httpPut(filename: file, url: "/pool_patch_upload?session_id=\(run.session.ref)&task_id=\(task)")
            )
            let patch = try await run.transferResult(of: task)
            let row = run.snapshot.row("pool_patch", Ref(patch))
            try await run.client.send(.print(row?.uuid ?? patch))
        }
    }

    /// Makes a task for a transfer, and forgets it in the end, whatever happens.
    mutating func withTask(_ label: String, _ body: (inout CommandRun, Ref) async throws -> Void) async throws {
        let task = await api.tasks.create(label, "", owner: session, isClients: true)
        do {
            try await body(&self, task)
        } catch {
            await api.tasks.destroy(task)
            throw error
        }
        await api.tasks.destroy(task)
    }

    /// Waits until the client has done its part of a transfer and the task has ended.
    ///
    /// - Returns: the task's result.
    func transferResult(of task: Ref) async throws -> String {
        guard try await client.response() else {
            // The server's own reason, if it comes, says more than that the client gave up.
            let row = try? await withTimeout(.seconds(1)) { [tasks = api.tasks] in await tasks.wait(task) }
            throw CLIFailure.api(row?.flatMap(\.error) ?? APIError("CLIENT_ERROR"))
        }
        guard let row = await api.tasks.wait(task) else { throw CLIFailure.api(APIError("CLIENT_ERROR")) }
        if let error = row.error { throw CLIFailure.api(error) }
        return row.string("result")
    }
}

extension Row {
    /// The error with which a task ended.
    fileprivate var error: APIError? {
        let words = texts("error_info")
        return words.first.map { APIError($0, Array(words.dropFirst())) }
    }
}

/// Runs `body` for so long at most; nil where it takes longer.
func withTimeout<Result: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async -> Result
) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
