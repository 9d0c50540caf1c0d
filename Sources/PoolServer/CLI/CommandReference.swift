/// All that `xe` can do here, for those who are not signed in: the manual page and the shells' completion.
public enum CommandReference {
    /// `docs/xe.md`.
    public static func markdown() -> String {
        let table = CommandTable.shared
        var lines = [
            "# xe", "",
            "Every command that the server knows, from the table that runs them. `xe help COMMAND` prints the same.",
            "Commands of XenServer's `xe` that are missing here answer in one sentence why.", "",
            "Host selectors are `host=UUID or NAME` and any field of a host; VM selectors are `vm=` and any field of a VM.",
            "Field filters are `field=value`, `set:contains=value` and `map:key=value`. Without a selector a command is",
            "about all of them; where that is more than one, it needs `--multiple`.",
        ]
        let lists = Set(RecordClass.all.map(\.name))
        lines += section("Commands", table.commands.filter { !isGeneric($0, lists) })
        lines += ["", "## Lists", "", "| class | commands | fields |", "|---|---|---|"]
        for records in RecordClass.all.sorted(by: { $0.name < $1.name }) {
            let names = table.commands.map(\.name).filter { genericName($0, of: records.name) }.sorted()
            let fields = records.fields.filter { !$0.isHidden }.map { "`\($0.name)` \($0.access)" }
            lines.append("| \(records.name) | \(code(names)) | \(fields.joined(separator: ", ")) |")
        }
        lines += [
            "", "## Elsewhere", "",
            "These commands of XenServer 6.0 do nothing here but say so: \(code(OtherCommands.names)).", "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func section(_ title: String, _ commands: [Command]) -> [String] {
        ["", "## \(title)", "", "| command | required | optional | what it does |", "|---|---|---|---|"]
            + commands.sorted { $0.name < $1.name }.map { command in
                let optional = code(command.optional) + (command.selectorsNote.map { " " + $0 } ?? "")
                return "| `\(command.name)` | \(code(command.required)) | \(optional) | \(command.help) |"
            }
    }

    private static func code(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    private static func isGeneric(_ command: Command, _ lists: Set<String>) -> Bool {
        lists.contains { genericName(command.name, of: $0) }
    }

    private static func genericName(_ command: String, of records: String) -> Bool {
        let verbs = ["list", "param-list", "param-get", "param-set", "param-add", "param-remove", "param-clear"]
        return verbs.contains { command == "\(records)-\($0)" }
    }
}

extension Command {
    fileprivate var selectorsNote: String? {
        switch selectors {
        case .hosts: "host selectors"
        case .vms: "VM selectors"
        case .fields: "field filters"
        case .none: nil
        }
    }
}
