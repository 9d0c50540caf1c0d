import Datamodel

/// What carries out the messages that are not the same for all classes, by full name.
enum Messages {
    /// All of them; none stands twice.
    static let all: [String: API.Handler] = Dictionary(
        uniqueKeysWithValues: [
            session, access, events, tasks, pool, hosts, virtualMachines, patches, updates, rollouts,
        ]
        .flatMap { $0 }.map { ($0.key, $0.value) }
    )

    /// Handlers and messages find each other by name only, so that a name which is nobody's would go unnoticed: a server
    /// looks at its start.
    static func check(_ methods: MethodTable) {
        let strangers = all.keys.filter { methods[$0] == nil }.sorted()
        precondition(strangers.isEmpty, "The datamodel has no message \(strangers)")
        let dead = methods.names.filter { methods[$0]?.message.since == Datamodel.ownRelease && all[$0] == nil }
        precondition(dead.isEmpty, "Nothing carries out Pitstop's own messages \(dead)")
    }
}
