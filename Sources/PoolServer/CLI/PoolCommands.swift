import PoolDatabase
import XenAPI

extension Command {
    /// Commands on the pool, its tasks, and the commands themselves.
    static let pools = [
        Command("pool-dump-database", required: ["file-name"], "Download a dump of the pool database.") { run in
            let file = try run.required("file-name")
            try await run.withTask("Download of the pool database") { run, task in
                try await run.client.send(
                    .httpGet(filename: file, url: "/pool/xmldbdump?session_id=\(run.session.ref)&task_id=\(task)")
                )
                _ = try await run.transferResult(of: task)
            }
        },
        Command(
            "pool-restore-database",
            required: ["file-name"],
            optional: ["dry-run", "force"],
            "With dry-run=true, check a dump of a pool database and say what is in it."
        ) { run in
            guard try run.flag("dry-run") else {
                throw CLIFailure.message(
                    "A database can not be put in place of the one in use: check it with dry-run=true, and serve it with "
                        + "'pitstop serve --pool dump:FILE' and a --state directory of its own."
                )
            }
            let file = try run.required("file-name")
            try await run.withTask("Check of a pool database") { run, task in
                try await run.client.send(
                    .httpPut(
                        filename: file,
                        url: "/pool/xmldbdump?session_id=\(run.session.ref)&task_id=\(task)&dry_run=true"
                    )
                )
                try await run.printer.list([try await run.transferResult(of: task)])
            }
        },
        Command("pool-sync-database", "Write the database to disk everywhere.") { run in
            try await run.call("pool.sync_database")
        },
        Command("pool-recover-slaves", "Point all slaves to this master; prints those that came back.") { run in
            let hosts = try await run.call("pool.recover_slaves")
            let uuids = (hosts.elements ?? []).compactMap { run.snapshot.row("host", Ref($0.text ?? ""))?.uuid }
            try await run.printer.list(uuids)
        },
        Command("pool-ha-enable", optional: ["heartbeat-sr-uuids"], "Turn high availability on.") { run in
            var storages: [Value] = []
            for uuid in (run.request["heartbeat-sr-uuids"] ?? "").split(separator: ",") {
                storages.append(.string(try run.object("SR", uuid: String(uuid)).ref.rawValue))
            }
            try await run.call("pool.enable_ha", .set(storages), .map([]))
        },
        Command("pool-ha-disable", "Turn high availability off.") { run in
            try await run.call("pool.disable_ha")
        },
        Command("task-cancel", required: ["uuid"], "Set a task to cancelling and return.") { run in
            try await run.call("task.cancel", try run.reference("task", "uuid"))
        },
        Command("user-password-change", required: ["new"], optional: ["old"], "Change the password of the user.") {
            run in
            try await run.call(
                "session.change_password",
                .string(run.request["old"] ?? ""),
                .string(try run.required("new"))
            )
        },
        Command(
            "help",
            optional: ["all"],
            selectors: .fields,
            standard: true,
            "Display help about a particular command."
        ) { run in
            try await run.showHelp()
        },
    ]
}
