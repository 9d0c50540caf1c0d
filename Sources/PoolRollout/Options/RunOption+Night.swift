import Rollout
import XenAPI

extension RunOption {
    /// When hosts may go down.
    static let times: [RunOption] = [
        RunOption(
            "at",
            "--at",
            .time,
            "the time, with its zone, before which nothing is changed: the prechecks are asked when the run is begun, and again "
                + "then; until then it waits, holds the place of other runs, and is cancelled like any",
            standard: "at once",
            field: Field(
                label: "Begin at (UTC)",
                note: "Nothing is changed before; the pre-checks are asked again then."
            )
        ) { word, options throws(APIError) in options.policy.notBefore = try word.date(word.text) },
        RunOption(
            "windows",
            "--window",
            .text,
            "`START/END[,START/END]`, each a time with its zone, as `2026-11-26T22:00:00Z` or `2026-11-26T23:00:00+01:00`, or "
                + "`DAYS TIME-TIME ZONE` for one that comes again, as `Sat 22:00-04:00 Europe/Berlin` (`Sat,Sun`, `Mon-Fri`, "
                + "`daily`), by the clocks of that zone: when hosts may go down. Of those that come again the next twelve count",
            standard: "any time",
            isAutomaticOnly: true,
            field: Field(
                label: "Maintenance windows",
                note:
                    "When hosts may go down: 'Sat 22:00-04:00 Europe/Berlin', or two times with their zones and '/' between."
            )
        ) { word, options throws(APIError) in
            let windows = try word.windows()
            (options.policy.windows, options.recurringWindows) = (windows.given, windows.recurring)
        },
        RunOption(
            "finish_by",
            "--finish-by",
            .time,
            "when every host that was begun must be back, with its zone. Refused where no host would be, by `host_seconds`",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.finishBy = try word.date(word.text) },
        RunOption(
            "host_seconds",
            "--host-seconds",
            .number(of: "seconds"),
            "seconds that one host takes, for windows and the deadline",
            standard: "900",
            field: Field(label: "Seconds that one host takes", note: "For windows and the deadline; 900 unless said.")
        ) { word, options throws(APIError) in options.policy.expectedHostSeconds = try word.number() },
    ]

    static let ways: [RunOption] = [
        RunOption(
            "fix_problems",
            "--fix-all",
            .flag,
            "`true`: the run fixes what has a fix, but for hosts in maintenance mode, and gives it back",
            standard: "`false`"
        ) { word, options throws(APIError) in options.policy.fixesProblems = try word.flag() },
        RunOption(
            "go_home",
            "--go-home",
            .flag,
            "`true`: VMs move back to where they were; those that can not are owed",
            standard: "`false`",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.goesHome = try word.flag() },
        RunOption(
            "balance",
            "--balance",
            .flag,
            "`true`: VMs move from fuller hosts to emptier ones once the hosts are done, until each is within 2 % of its memory "
                + "of the mean; not with `go_home`",
            standard: "`false`",
            isAutomaticOnly: true
        ) { word, options throws(APIError) in options.policy.balances = try word.flag() ? true : nil },
        RunOption(
            "suspend",
            "--suspend",
            .list,
            "VMs with commas that may be suspended if they must be, and are brought back",
            standard: "none",
            isAutomaticOnly: true
        ) { word, options in for vm in word.list { options.consents[vm] = .suspend } },
        RunOption(
            "shutdown",
            "--shutdown",
            .list,
            "VMs with commas that may be shut down if they must be, and are brought back",
            standard: "none",
            isAutomaticOnly: true
        ) { word, options in for vm in word.list { options.consents[vm] = .shutdown } },
    ]
}
