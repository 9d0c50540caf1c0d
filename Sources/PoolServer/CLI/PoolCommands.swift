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

extension CommandRun {
    fileprivate mutating func showHelp() async throws {
        let names = request.parameters.filter { $0.value.isEmpty }.map(\.name)
        if names.isEmpty {
            let commands = CommandTable.shared.commands.filter { $0.isStandard || request["all"] != nil }
            try await printer.message(
                "Usage: xe <command> [-s server] [-pw passwd] [-p port] [-u user] [-pwf password-file]\n"
                    + "          [command specific arguments]\n\n"
                    + "To get help on a specific command: xe help <command>\n"
                    + "To get a full listing of commands: xe help --all\n"
            )
            try await printer.list([commands.map(\.name).sorted().joined(separator: ", ")])
        }
        for name in names {
            guard let command = CommandTable.shared[name] else {
                throw CLIFailure.usage("Unknown command: \(name)")
            }
            let selectors: [String] =
                switch command.selectors {
                case .hosts: ["<host-selectors>"]
                case .vms: ["<vm-selectors>"]
                case .none, .fields: []
                }
            try await printer.records([
                [
                    Printer.Line(label: "command name", value: name),
                    Printer.Line(label: "reqd params", value: command.required.joined(separator: ", ")),
                    Printer.Line(
                        label: "optional params",
                        value: (command.optional + selectors).joined(separator: ", ")
                    ),
                    Printer.Line(label: "description", value: command.help),
                ]
            ])
        }
    }
}
