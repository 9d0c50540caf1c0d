extension ClassModel {
    /// `rollout`: one run that installs updates on the hosts of the pool, or only restarts them. A class of Pitstop's own.
    static let rollout = ClassModel(
        "rollout",
        "One run that installs updates on the hosts of the pool, or only restarts them.",
        // Rows are made from the runs' journals when the server starts.
        isPersisted: false,
        fields: [
            Field("uuid", .string, doc: "The run's id, which is also the name of its journal."),
            Field("name__label", .string, doc: "The labels of its updates, or that it only restarts."),
            Field("name__description", .string, doc: "What it does now, or what it waits for, in one sentence."),
            Field("mode", .enumeration(.rolloutMode), doc: "Who restarts the hosts: the run, or the operator."),
            Field("state", .enumeration(.rolloutState), doc: "What it is at."),
            Field("ending", .enumeration(.rolloutEnding), doc: "How it ended; empty while it goes on."),
            Field("started_by", .string, doc: "Who began it."),
            Field("started", .datetime, doc: "When it was begun."),
            Field("finished", .datetime, doc: "When it ended; the epoch while it goes on."),
            Field("progress", .float, doc: "How much of it is done, from 0 to 1."),
            Field(
                "updates",
                .set(.ref("pool_patch")),
                doc: "What it installs, in this order; empty where it only restarts."
            ),
            Field("hosts", .map(.ref("host"), .string), doc: "Where each host stands."),
            Field("holds", .set(.string), doc: "What it waits for, in sentences; empty where it goes on by itself."),
            Field("wave", .int, doc: "The wave of hosts under way, from 0; -1 before the first."),
            Field("waves", .int, doc: "How many waves the plan has."),
            Field("planned_mixed_seconds", .int, doc: "What the first plan expected of the mixed state, in seconds."),
            Field("lower_bound", .int, doc: "Seconds of mixed state below which no plan can go."),
            Field("open_obligations", .int, doc: "How many things that it switched off are still owed."),
            Field("journal_head", .string, doc: "The digest of its journal's newest record, in hex."),
        ],
        messages: rolloutBeginnings + rolloutLooks + rolloutWords
    )

    private static let rolloutBeginnings = [
        Message(
            "start",
            ["updates": .set(.ref("pool_patch")), "options": .map(.string, .string)],
            returns: .ref("rollout"),
            role: .poolOperator,
            doc: "Begins a run, which goes on by itself; refused where a precheck fails. docs/guide.md has the options."
        ),
        Message(
            "prechecks",
            ["updates": .set(.ref("pool_patch")), "options": .map(.string, .string)],
            returns: .set(.map(.string, .string)),
            role: .readOnly,
            doc: "Everything that stands in the way of a run, with the fix and its undo. Nothing is changed."
        ),
        Message(
            "plan",
            ["updates": .set(.ref("pool_patch")), "options": .map(.string, .string)],
            returns: .string,
            role: .readOnly,
            doc: "The plan that a run would begin with, as JSON: waves, moves, times, bounds. Nothing is changed."
        ),
    ]

    private static let rolloutLooks = [
        Message(
            "describe",
            ["self": .ref("rollout")],
            returns: .string,
            async: false,
            role: .readOnly,
            doc: "Everything there is to show of a run, as JSON."
        ),
        Message(
            "get_report",
            ["self": .ref("rollout"), "format": .string],
            returns: .string,
            async: false,
            role: .readOnly,
            doc: "The evidence of a run, as text, html or json."
        ),
        Message(
            "verify_journal",
            ["self": .ref("rollout")],
            optional: ["head": .string],
            returns: .string,
            role: .readOnly,
            doc: "Whether the run's journal is as it was written, as JSON; with the head of a report, its end too."
        ),
        Message(
            "consequence",
            ["self": .ref("rollout"), "word": .string],
            optional: ["subject": .string],
            returns: .string,
            async: false,
            role: .readOnly,
            doc: "What a word would lead to, in sentences; empty where the run would not hear it."
        ),
        Message(
            "get_obligations",
            returns: .set(.map(.string, .string)),
            async: false,
            role: .readOnly,
            doc: "What all runs have switched off and still owe."
        ),
    ]

    private static let rolloutWords =
        [
            ("pause", "Begins nothing new; hosts that were changed are carried on until they are back."),
            ("resume", "Goes on, also after a hold, and checks again what it was held for."),
            ("stop_after_host", "Lets the hosts that have begun finish, then ends."),
            (
                "cancel",
                "Ends at the next safe point; hosts that were not changed go back into service unchanged. "
                    + "A run whose journal can not be used is given up by it."
            ),
            ("proceed", "Goes on past the barrier: hosts begin to restart."),
            ("fix_all", "Fixes every problem that has a fix; what is switched off is given back at the end."),
        ].map { name, doc in
            Message(name, ["self": .ref("rollout")], async: false, role: .poolOperator, doc: doc)
        }
        + [
            ("skip", "Leaves out a host that was not changed yet, or has failed."),
            ("retry", "Does the failed step of a host again, and only that."),
            ("approve", "Lets a host begin."),
        ].map { name, doc in
            Message(
                name,
                ["self": .ref("rollout"), "host": .ref("host")],
                async: false,
                role: .poolOperator,
                doc: doc
            )
        }
        + [
            Message(
                "consent",
                ["self": .ref("rollout"), "vm": .ref("VM"), "way": .enumeration(.rolloutStop)],
                async: false,
                role: .poolOperator,
                doc: "Allows one VM to be suspended or shut down by this run; it is brought back."
            ),
            Message(
                "pay",
                ["self": .ref("rollout"), "obligation": .int],
                role: .poolOperator,
                doc: "Gives one thing back that the run switched off, also after its end."
            ),
        ]
}

extension Enumeration {
    static let rolloutMode = Enumeration("rollout_mode", ["automatic", "manual"])
    static let rolloutState = Enumeration(
        "rollout_state",
        [
            "surveying", "fixing", "applyingEverywhere", "barrier", "rolling", "finishing", "settling", "ended",
            "unreadable",
        ]
    )
    static let rolloutEnding = Enumeration(
        "rollout_ending",
        ["", "succeeded", "partly", "stopped", "cancelled", "nothingToDo", "refused"]
    )
    static let rolloutStop = Enumeration("rollout_stop", ["suspend", "shutdown"])
}
