import Rollout
import XenAPI

extension RunOption {
    /// Keys are read in their order: limits come after the programs that they are about.
    static let programs: [RunOption] = [
        RunOption(
            "gate.",
            "--gate",
            .family,
            "a health gate between waves: `tcp:HOST:PORT` (`tcp:[ADDRESS]:PORT` for IPv6), `http(s)://…` (a password in it is not "
                + "shown), `vms:MINIMUM:UUID,UUID…`, or `program:NAME ARGUMENT…` for a program in `gates/` of the state directory",
            isAutomaticOnly: true,
            field: Field(
                label: "Health gates",
                note:
                    "What must be well between two waves, one in a line: NAME=tcp:HOST:PORT, NAME=https://…, NAME=program:…"
            )
        ) { word, options throws(APIError) in
            options.policy.gates.append(Gate(name: word.nameInFamily, kind: try word.gate()))
        },
        RunOption(
            "precheck.",
            "--precheck",
            .family,
            "a precheck of your own: the arguments of the program NAME in `prechecks/` of the state directory",
            field: Field(
                label: "Own prechecks",
                note: "Programs in prechecks/ of the server, one in a line: NAME=ARGUMENT…"
            )
        ) { word, options throws(APIError) in
            var script = try word.script(word.nameInFamily)
            script.timeout = RunOptions.scriptLimit
            options.policy.scripts.append(script)
        },
        RunOption(
            "precheck_limit",
            "--precheck-limit",
            .number(of: "seconds"),
            "seconds that each of them may take",
            standard: "300"
        ) { word, options throws(APIError) in
            let limit = try word.limit()
            for index in options.policy.scripts.indices { options.policy.scripts[index].timeout = limit }
        },
        RunOption(
            "pair.",
            "--pair",
            .family,
            "something to pause while hosts go down: the arguments of the program NAME in `pairs/` of the state directory, behind "
                + "`pause` or `resume`",
            field: Field(
                label: "Paused meanwhile",
                note: "Programs in pairs/ of the server that pause and resume something, one in a line: NAME=ARGUMENT…"
            )
        ) { word, options throws(APIError) in
            var pair = try word.pair(word.nameInFamily)
            pair.timeout = RunOptions.scriptLimit
            options.policy.pairs = (options.policy.pairs ?? []) + [pair]
        },
        RunOption(
            "pair_limit",
            "--pair-limit",
            .number(of: "seconds"),
            "seconds that each of them may take",
            standard: "300"
        ) { word, options throws(APIError) in
            let limit = try word.limit()
            for index in (options.policy.pairs ?? []).indices { options.policy.pairs?[index].timeout = limit }
        },
    ]

    static let limits: [RunOption] = [
        RunOption(
            "host_return",
            "--host-return",
            .number(of: "seconds"),
            "seconds until a host that does not come back is given up, 1 or more",
            standard: "1200"
        ) { word, options throws(APIError) in options.policy.limits.hostReturn = try word.limit() },
        RunOption(
            "migration_limit",
            "--migration-limit",
            .number(of: "seconds"),
            "seconds until a migration is given up, 1 or more",
            standard: "3600",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.limits.move = try word.limit() },
        RunOption(
            "apply_limit",
            "--apply-limit",
            .number(of: "seconds"),
            "seconds until a package that does not end is given up, 1 or more",
            standard: "3900"
        ) { word, options throws(APIError) in options.policy.limits.apply = try word.limit() },
    ]

    static let asking: [RunOption] = [
        RunOption(
            "hold",
            "--hold",
            .flag,
            "`true`: begin although prechecks fail, and hold until they are fixed",
            standard: "`false`"
        ) { word, _ throws(APIError) in
            // Said to the message itself, not to the run.
            _ = try word.flag()
        },
        RunOption(
            "expecting",
            "",
            .text,
            "the `revision` that `rollout.plan` gave: the run is refused (`ROLLOUT_CHANGED`) where the update, the hosts or the "
                + "pre-checks are not as they were shown"
        ) { word, options in options.expecting = word.text },
        RunOption(
            "run",
            "",
            .text,
            "the uuid that the run is to have, in small letters: whoever asks again, because no answer came, gets the run that was begun"
        ) { word, options throws(APIError) in options.run = try word.uuid() },
    ]
}
