import Rollout
import XenAPI

extension RunOption {
    /// All that there are, as the guide tells of them.
    public static let all: [RunOption] = purpose + hosts + pace + times + ways + programs + limits + asking

    static let purpose: [RunOption] = [
        RunOption(
            "restart_only",
            "--restart-only",
            .flag,
            "`true`: each host is restarted once and nothing is installed; the list of updates is empty then",
            standard: "`false`"
        ) { word, options throws(APIError) in options.restartsOnly = try word.flag() },
        RunOption(
            "mode",
            "--mode",
            .choice(RunSpec.Mode.allCases.map(\.rawValue)),
            "`automatic`, or `manual`: apply only; you restart, the run tracks and verifies. What only a run that restarts "
                + "hosts can keep (windows, gates, a canary, a deadline and so on) is refused in it",
            standard: "`automatic`"
        ) { word, options throws(APIError) in options.mode = try word.one(of: RunSpec.Mode.allCases) },
    ]

    static let hosts: [RunOption] = [
        RunOption(
            "exclude",
            "--exclude",
            .list,
            "hosts with commas (one that belongs to a name has a backslash before it) that are left out. A name that several "
                + "have is refused with the uuid of each",
            standard: "none"
        ) { word, options in options.excluded = word.list },
        RunOption(
            "order",
            "--order",
            .list,
            "hosts with commas, in the order in which they are wanted: the master is first in any case"
        ) { word, options in options.order = word.list },
        RunOption(
            "maintenance",
            "--maintenance",
            .list,
            "hosts in maintenance mode that are updated as they are, and stay disabled",
            standard: "none"
        ) { word, options in options.maintained = word.list },
        RunOption(
            "allow_older_master",
            "--allow-older-master",
            .flag,
            "`true`: members may become newer than a master that is left out",
            standard: "`false`"
        ) { word, options throws(APIError) in options.policy.allowsOlderMaster = try word.flag() },
    ]

    static let pace: [RunOption] = [
        RunOption(
            "max_parallel",
            "--max-parallel",
            .number(of: "hosts"),
            "most hosts down at once; 0 leaves it to the plan",
            standard: "0",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.maxParallel = Int(try word.number()) },
        RunOption(
            "max_failed_hosts",
            "--max-failed",
            .number(of: "hosts"),
            "hosts that may fail before the run holds",
            standard: "0",
            field: Field(label: "Hosts that may fail", note: "The run holds at the next one after so many.")
        ) { word, options throws(APIError) in options.policy.maxFailedHosts = Int(try word.number()) },
        RunOption(
            "approve_each_host",
            "--approve-each",
            .flag,
            "`true`: each host waits for `approve`",
            standard: "`false`",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.approveEachHost = try word.flag() },
        RunOption(
            "canary",
            "--canary",
            .text,
            "the host that goes first after the master",
            isAutomaticOnly: true
        ) { word, options in
            options.policy.canary = RunPolicy.Canary(host: word.text, soak: options.policy.canary?.soak ?? 0)
        },
        RunOption(
            "canary_soak",
            "--canary-soak",
            .number(of: "seconds"),
            "the seconds for which the canary is watched; it needs one",
            standard: "0",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in
            options.policy.canary = RunPolicy.Canary(host: options.policy.canary?.host ?? "", soak: try word.number())
        },
        RunOption(
            "soak",
            "--soak",
            .number(of: "seconds"),
            "seconds between two waves in which nothing is begun",
            standard: "0",
            isAutomaticOnly: true,
            field: Field(label: "Pause between waves, in seconds", note: "Nothing is begun meanwhile.")
        ) { word, options throws(APIError) in options.policy.soak = try word.number() },
        RunOption(
            "barrier",
            "--barrier",
            .flag,
            "`true`: apply everywhere, then wait for `proceed` before any host restarts",
            standard: "`false`",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.hasBarrier = try word.flag() },
    ]
}
