/// All commands of `xe`. The client knows none of them: it sends words, and this table gives them their meaning.
struct CommandTable: Sendable {
    static let shared = CommandTable()

    let commands: [Command]
    private let byName: [String: Command]

    private init() {
        commands =
            RecordClass.all.flatMap(Command.commands(for:))
            + Command.patches + Command.hosts + Command.hostQuestions + Command.virtualMachines + Command.vmSettings
            + Command.pools + Command.events
        byName = Dictionary(uniqueKeysWithValues: commands.map { ($0.name, $0) })
    }

    subscript(name: String) -> Command? { byName[name] }
}
