import PoolDatabase
import PoolOperations
import ServiceLifecycle
import XenAPI

extension Command {
    /// Commands on events, notices and sessions.
    static let events = [
        Command(
            "event-wait",
            required: ["class"],
            selectors: .fields,
            "Wait until an object of the class has all the given values (field=value) or other ones (field=/=value)."
        ) { run in
            try await run.waitForEvent()
        },
        Command(
            "message-create",
            required: ["name", "priority", "body"],
            optional: ["vm-uuid", "host-uuid", "sr-uuid", "pool-uuid"],
            "Create a notice on a VM, host, SR or pool."
        ) { run in
            guard let priority = Int64(try run.required("priority")) else {
                throw CLIFailure.message("The priority has to be a number from 1 to 5.")
            }
            let kinds = [("vm-uuid", "VM"), ("host-uuid", "host"), ("sr-uuid", "SR"), ("pool-uuid", "pool")]
            guard let kind = kinds.first(where: { run.request[$0.0] != nil }) else {
                throw CLIFailure.message("Say what the notice is about: vm-uuid, host-uuid, sr-uuid or pool-uuid.")
            }
            let about = try run.object(kind.1, uuid: try run.required(kind.0))
            try await run.call(
                "message.create",
                .string(try run.required("name")),
                .int(priority),
                .string(kind.1),
                .string(about.uuid),
                .string(try run.required("body"))
            )
        },
        Command("message-destroy", required: ["uuid"], "Dismiss a notice.") { run in
            try await run.call("message.destroy", try run.reference("message", "uuid"))
        },
        Command("session-subject-identifier-list", "List the users other than root who are signed in.") { run in
            let users = try await run.call("session.get_all_subject_identifiers")
            try await run.printer.list((users.elements ?? []).compactMap(\.text))
        },
        Command(
            "session-subject-identifier-logout",
            required: ["subject-identifier"],
            "End all sessions of a user."
        ) { run in
            try await run.call(
                "session.logout_subject_identifier",
                .string(try run.required("subject-identifier"))
            )
        },
        Command("session-subject-identifier-logout-all", "End all sessions of users other than root.") { run in
            let users = try await run.call("session.get_all_subject_identifiers")
            for user in users.elements ?? [] { try await run.call("session.logout_subject_identifier", user) }
        },
    ]
}

extension CommandRun {
    /// A client that is gone is noticed this often.
    private static let pulse = Duration.seconds(30)

    fileprivate mutating func waitForEvent() async throws {
        let name = try required("class").lowercased()
        guard let records = RecordClass.all.first(where: { $0.name == name }) else {
            throw CLIFailure.message("There are no events of class '\(name)'.")
        }
        var tests: [@Sendable (Row, Snapshot) -> Bool] = []
        for filter in filters {
            guard filter.value.hasPrefix("/=") else {
                tests.append(try records.test(filter))
                continue
            }
            let equal = try records.test(.init(filter.name, String(filter.value.dropFirst(2))))
            tests.append { row, snapshot in !equal(row, snapshot) }
        }
        // What a record shows also comes from the object's metrics.
        let interest = Interest(
            tables: [records.table, "\(records.table)_metrics", "\(records.table)_guest_metrics"],
            objects: [session.ref]
        )
        while true {
            let now = snapshot
            let rows = now.refs(records.table).compactMap { now.row(records.table, $0) }
            if rows.contains(where: { row in tests.allSatisfy { $0(row, now) } }) { return }
            let database = api.pool.database
            // A server that is to end lets its listeners go.
            let news = try await cancelWhenGracefulShutdown {
                try await withTimeout(Self.pulse) {
                    await database.change(after: now.generation, of: interest).generation
                }
            }
            if Task.isShuttingDownGracefully { throw CLIFailure.message("The server is ending.") }
            if news == nil { try await client.send(.debug("still waiting")) }
            _ = try sessionStillOpen()
        }
    }

    private func sessionStillOpen() throws(CLIFailure) -> Session {
        do throws(APIError) {
            return try api.sessions.use(session.ref)
        } catch {
            throw .api(error)
        }
    }
}
