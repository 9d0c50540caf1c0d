import ArgumentParser
import XenAPI

/// What is to be installed, and how.
struct RunChoices: ParsableArguments {
    @Option(help: "An update, by uuid or name. May be given several times: they share one restart of each host.")
    var update: [String]

    @Option(help: "automatic: the run restarts hosts; manual: you do, and the run tracks and verifies it.")
    var mode: String?

    @Option(help: "A host to leave out. May be given several times.")
    var exclude: [String] = []

    @Option(help: "Hosts in the order in which they are wanted, with commas; the master is first in any case.")
    var order: String?

    @Option(help: "Most hosts down at once; without it the plan decides.")
    var maxParallel: Int?

    @Option(help: "Hosts that may fail before the run holds.")
    var maxFailed: Int?

    @Flag(help: "Each host waits for 'pitstop rollout approve'.")
    var approveEach = false

    @Option(help: "The host that goes first after the master.")
    var canary: String?

    @Option(help: "Seconds for which the canary is watched before the others follow.")
    var canarySoak: Int?

    @Option(help: "Seconds between two waves in which nothing is begun.")
    var soak: Int?

    @Option(help: "A time in which hosts may go down, as START/END in UTC. May be given several times.")
    var window: [String] = []

    @Option(help: "When every host that was begun must be back, such as 2026-11-26T04:00:00Z.")
    var finishBy: String?

    @Option(help: "Seconds within which a host has to come back from its restart, before the run holds.")
    var hostReturn: Int?

    @Option(help: "Seconds after which a migration is given up, and tried again.")
    var migrationLimit: Int?

    @Option(help: "Seconds after which a package that is being applied is given up.")
    var applyLimit: Int?

    @Flag(help: "Fix every problem that has a fix; what is switched off is switched on again at the end.")
    var fixAll = false

    @Flag(help: "Move VMs back to where they were.")
    var goHome = false

    @Flag(help: "Apply everywhere, then wait for 'pitstop rollout proceed' before any host restarts.")
    var barrier = false

    @Option(
        help: """
            What must be well between two waves, as NAME=tcp:HOST:PORT, NAME=https://…, NAME=program:NAME ARGUMENT… or \
            NAME=vms:MINIMUM:UUID,UUID…. May be given several times.
            """
    )
    var gate: [String] = []

    @Option(help: "A VM that may be suspended if it must be. May be given several times.")
    var suspend: [String] = []

    @Option(help: "A VM that may be shut down if it must be. May be given several times.")
    var shutdown: [String] = []

    func validate() throws {
        if update.isEmpty { throw ValidationError("Name at least one update with --update.") }
        for gate in gate where !gate.contains("=") {
            throw ValidationError("--gate needs NAME=KIND, not '\(gate)'.")
        }
    }

    /// The options of `rollout.start`.
    func words(hold: Bool = false) -> Value {
        var words: [Value.Member] = []
        func say(_ key: String, _ value: String?) {
            if let value { words.append(Value.Member(key, .string(value))) }
        }
        func list(_ key: String, _ values: [String]) {
            if !values.isEmpty { say(key, values.joined(separator: ",")) }
        }
        func flag(_ key: String, _ isSet: Bool) { if isSet { say(key, "true") } }
        say("mode", mode)
        list("exclude", exclude)
        say("order", order)
        say("max_parallel", maxParallel.map(String.init))
        say("max_failed_hosts", maxFailed.map(String.init))
        flag("approve_each_host", approveEach)
        say("canary", canary)
        say("canary_soak", canarySoak.map(String.init))
        say("soak", soak.map(String.init))
        list("windows", window)
        say("finish_by", finishBy)
        say("host_return", hostReturn.map(String.init))
        say("migration_limit", migrationLimit.map(String.init))
        say("apply_limit", applyLimit.map(String.init))
        flag("fix_problems", fixAll)
        flag("go_home", goHome)
        flag("barrier", barrier)
        for gate in gate {
            let parts = gate.split(separator: "=", maxSplits: 1).map(String.init)
            say("gate.\(parts[0])", parts.count > 1 ? parts[1] : "")
        }
        list("suspend", suspend)
        list("shutdown", shutdown)
        flag("hold", hold)
        return .map(words)
    }

    /// References of the updates.
    func updates(_ session: ServerSession) async throws -> Value {
        var found: [Value] = []
        for name in update { found.append(try await session.find("pool_patch", name)) }
        return .set(found)
    }
}
