import ArgumentParser
import XenAPI

/// What is to be installed, and how.
struct RunChoices: ParsableArguments {
    @Option(help: "An update, by uuid or name. May be given several times: they share one restart of each host.")
    var update: [String] = []

    @Flag(help: "Restart each host once, in waves, and install nothing.")
    var restartOnly = false

    @Option(help: "automatic: the run restarts hosts; manual: you do, and the run tracks and verifies it.")
    var mode: String?

    @Option(help: ArgumentHelp("A host to leave out. May be given several times.", valueName: "host"))
    var exclude: [String] = []

    @Option(
        help: ArgumentHelp(
            "Hosts in the order in which they are wanted, with commas (one in a name as \\,); the master is first in any case.",
            valueName: "hosts"
        )
    )
    var order: String?

    @Option(
        help: ArgumentHelp(
            "A host in maintenance mode that is updated as it is: no VM is placed on it, and it stays disabled. May be given several times.",
            valueName: "host"
        )
    )
    var maintenance: [String] = []

    @Flag(
        help:
            "Update members although the master is left out: they become newer than it, and may not be able to talk to it."
    )
    var allowOlderMaster = false

    @Option(help: ArgumentHelp("Most hosts down at once; without it the plan decides.", valueName: "hosts"))
    var maxParallel: Int?

    @Option(
        help: ArgumentHelp(
            "Hosts that may fail before the run holds; otherwise it holds at the first.",
            valueName: "hosts"
        )
    )
    var maxFailed: Int?

    @Flag(help: "Each host waits for 'pitstop rollout approve'.")
    var approveEach = false

    @Option(help: ArgumentHelp("The host that goes first after the master.", valueName: "host"))
    var canary: String?

    @Option(
        help: ArgumentHelp("Seconds for which the canary is watched before the others follow.", valueName: "seconds")
    )
    var canarySoak: Int?

    @Option(
        help: ArgumentHelp("Seconds between two waves in which nothing is begun; otherwise 0.", valueName: "seconds")
    )
    var soak: Int?

    @Option(
        help: ArgumentHelp(
            """
            A time in which hosts may go down: START/END, each with its zone, or one that comes again, as 'Sat 22:00-04:00 \
            Europe/Berlin'. May be given several times.
            """,
            valueName: "start/end"
        )
    )
    var window: [String] = []

    @Option(
        help: ArgumentHelp(
            "When every host that was begun must be back, such as 2026-11-26T04:00:00Z or 2026-11-26T05:00:00+01:00.",
            valueName: "time"
        )
    )
    var finishBy: String?

    @Flag(
        help:
            "Fix every problem that has a fix, but for hosts in maintenance; what is switched off is switched on again at the end."
    )
    var fixAll = false

    @Flag(help: "Move VMs back to where they were; what can not go back is owed, and named.")
    var goHome = false

    @Flag(help: "Move VMs from fuller hosts to emptier ones once the hosts are done.")
    var balance = false

    @Flag(help: "Apply everywhere, then wait for 'pitstop rollout proceed' before any host restarts.")
    var barrier = false

    @Option(
        help: """
            What must be well between two waves, as NAME=tcp:HOST:PORT (NAME=tcp:[ADDRESS]:PORT), NAME=https://…, NAME=program:NAME ARGUMENT… or \
            NAME=vms:MINIMUM:UUID,UUID…. May be given several times.
            """
    )
    var gate: [String] = []

    @Option(
        help: """
            Your own precheck, as 'NAME ARGUMENT…': a program in prechecks/ of the server's state directory. What it prints is \
            kept; only status 0 lets the run begin. May be given several times.
            """
    )
    var precheck: [String] = []

    @Option(
        help: ArgumentHelp("Seconds that each of your own prechecks may take; otherwise 300.", valueName: "seconds")
    )
    var precheckLimit: Int?

    @Option(
        help: """
            What is paused while hosts go down, and resumed on every way out, as 'NAME ARGUMENT…': a program in pairs/ of the \
            server's state directory, called with 'pause' and 'resume' before its arguments. May be given several times.
            """
    )
    var pair: [String] = []

    @Option(help: ArgumentHelp("Seconds that each pair may take; otherwise 300.", valueName: "seconds"))
    var pairLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds that one host takes from going down to being back, for --window and --finish-by; otherwise 900.",
            valueName: "seconds"
        )
    )
    var hostSeconds: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds after which a host that does not come back is given up; otherwise 1200.",
            valueName: "seconds"
        )
    )
    var hostReturn: Int?

    @Option(
        help: ArgumentHelp("Seconds after which a live migration is broken off; otherwise 3600.", valueName: "seconds")
    )
    var migrationLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds after which a package that does not end is given up; otherwise 3900.",
            valueName: "seconds"
        )
    )
    var applyLimit: Int?

    @Option(
        help: ArgumentHelp("A VM that may be suspended if it must be. May be given several times.", valueName: "vm")
    )
    var suspend: [String] = []

    @Option(
        help: ArgumentHelp("A VM that may be shut down if it must be. May be given several times.", valueName: "vm")
    )
    var shutdown: [String] = []

    func validate() throws {
        if update.isEmpty, !restartOnly {
            throw ValidationError("Name at least one update with --update, or restart the hosts with --restart-only.")
        }
        if restartOnly, !update.isEmpty { throw ValidationError.installsNothing }
        for gate in gate where !gate.contains("=") {
            throw ValidationError("--gate needs NAME=KIND, not '\(gate)'.")
        }
    }

    /// The options of `rollout.start`.
    func words(hold: Bool = false, at: String? = nil) -> Value {
        var words: [Value.Member] = []
        func say(_ key: String, _ value: String?) {
            if let value { words.append(Value.Member(key, .string(value))) }
        }
        func list(_ key: String, _ values: [String]) {
            // A comma in a name is no separator.
            let names = values.map { $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,") }
            if !names.isEmpty { say(key, names.joined(separator: ",")) }
        }
        func flag(_ key: String, _ isSet: Bool) { if isSet { say(key, "true") } }
        flag("restart_only", restartOnly)
        say("mode", mode)
        list("exclude", exclude)
        say("order", order)
        list("maintenance", maintenance)
        flag("allow_older_master", allowOlderMaster)
        say("max_parallel", maxParallel.map(String.init))
        say("max_failed_hosts", maxFailed.map(String.init))
        flag("approve_each_host", approveEach)
        say("canary", canary)
        say("canary_soak", canarySoak.map(String.init))
        say("soak", soak.map(String.init))
        say("windows", window.isEmpty ? nil : window.joined(separator: ","))
        say("at", at)
        say("finish_by", finishBy)
        flag("fix_problems", fixAll)
        flag("go_home", goHome)
        flag("balance", balance)
        flag("barrier", barrier)
        for gate in gate {
            let parts = gate.split(separator: "=", maxSplits: 1).map(String.init)
            say("gate.\(parts[0])", parts.count > 1 ? parts[1] : "")
        }
        for (kind, programs) in [("precheck", precheck), ("pair", pair)] {
            for program in programs {
                let parts = program.split(separator: " ", maxSplits: 1).map(String.init)
                say("\(kind).\(parts.first ?? "")", parts.count > 1 ? parts[1] : "")
            }
        }
        say("precheck_limit", precheckLimit.map(String.init))
        say("pair_limit", pairLimit.map(String.init))
        say("host_seconds", hostSeconds.map(String.init))
        say("host_return", hostReturn.map(String.init))
        say("migration_limit", migrationLimit.map(String.init))
        say("apply_limit", applyLimit.map(String.init))
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

extension ValidationError {
    /// A rolling restart together with an update.
    static let installsNothing = ValidationError("--restart-only installs nothing: give it without --update.")
}
