import PoolDatabase
import XenAPI

extension CommandRun {
    /// What `help` prints: how to call `xe` and its commands, or all about the commands that are named.
    mutating func showHelp() async throws {
        let asked = request.parameters.filter { $0.value.isEmpty }.map(\.name)
        guard asked.isEmpty else {
            for name in asked { try await showHelp(on: name) }
            return
        }
        let all = try flag("all")
        let names = CommandTable.shared.commands.filter { $0.isStandard || all }.map(\.name).sorted()
        // A list for programs: completion of XenServer's own xe asks for it.
        if request["minimal"] == "true" { return try await printer.list(names) }
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
        try await printer.list([Self.columns(names)])
    }

    private mutating func showHelp(on name: String) async throws {
        guard let command = CommandTable.shared[name] else {
            return try await printer.list([OtherCommands.reason(for: name) ?? "Unknown command '\(name)'"])
        }
        // XenServer pads these labels before it lays them out.
        try await printer.records([
            [
                Printer.Line(label: "command name        ", value: name),
                Printer.Line(label: "reqd params     ", value: command.required.joined(separator: ", ")),
                Printer.Line(label: "optional params ", value: command.optionalNames.joined(separator: ", ")),
                Printer.Line(label: "description     ", value: command.help),
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
