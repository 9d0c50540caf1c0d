import PoolDatabase
import XenAPI

extension CommandRun {
    /// What `help` prints: how to call `xe` and its commands, or all about the commands that are named.
    mutating func showHelp() async throws {
        let names = request.parameters.filter { $0.value.isEmpty }.map(\.name)
        guard names.isEmpty else {
            for name in names { try await showHelp(on: name) }
            return
        }
        let all = try flag("all")
        let commands = CommandTable.shared.commands.filter { $0.isStandard || all }
        try await printer.message(
            """
            Usage: xe <command> [-s server] [-pw passwd] [-p port] [-u user] [-pwf password-file]
                      [command specific arguments]

            To get help on a specific command: xe help <command>
            To get a full listing of commands: xe help --all

            \(all ? "Full" : "Common") command list
            ------------------\(all ? "" : "--")
            """
        )
        try await printer.list([Self.columns(commands.map(\.name).sorted())])
    }

    private mutating func showHelp(on name: String) async throws {
        guard let command = CommandTable.shared[name] else {
            if let reason = OtherCommands.reason(for: name) { throw CLIFailure.message(reason) }
            throw CLIFailure.usage("Unknown command: \(name)")
        }
        try await printer.records([
            [
                Printer.Line(label: "command name", value: name),
                Printer.Line(label: "reqd params", value: command.required.joined(separator: ", ")),
                Printer.Line(label: "optional params", value: command.optionalNames.joined(separator: ", ")),
                Printer.Line(label: "description", value: command.help),
            ]
        ])
    }

    /// Words separated by commas, on lines of at most 80 characters that begin with four blanks.
    static func columns(_ words: [String]) -> String {
        var lines: [String] = []
        for (index, word) in words.enumerated() {
            let text = word + (index == words.count - 1 ? "" : ",")
            if let line = lines.last, line.count + 1 + text.count <= 80 {
                lines[lines.count - 1] = line + " " + text
            } else {
                lines.append("    " + text)
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension Command {
    /// The parameters that may be given, what selects objects included.
    var optionalNames: [String] {
        switch selectors {
        case .hosts: optional + ["<host-selectors>"]
        case .vms: optional + ["<vm-selectors>"]
        case .fields: optional + ["<field filters>"]
        case .none: optional
        }
    }
}
