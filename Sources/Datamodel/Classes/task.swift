extension ClassModel {
    /// `task`: a call that runs, or ran a short while ago.
    static let task = ClassModel(
        "task",
        "A call that runs, or ran a short while ago.",
        isPersisted: false,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, default: "", doc: "Notes for people to read."),
            Field(
                "allowed_operations",
                .set(.enumeration(.taskAllowedOperations)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.taskAllowedOperations)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("created", .datetime, doc: "When it began."),
            Field("finished", .datetime, doc: "When it ended; the epoch while it runs."),
            Field("status", .enumeration(.taskStatusType), doc: "How it stands."),
            Field("session", .ref("session"), isInternal: true, doc: "The session that started it."),
            Field("resident_on", .ref("host"), doc: "The host that it runs on."),
            Field("progress", .float, doc: "How much of it is done, from 0 to 1."),
            Field("externalpid", .int, isInternal: true, doc: "Process that it waits for."),
            Field("stunnelpid", .int, isInternal: true, doc: "TLS process that it uses."),
            Field("forwarded", .bool, isInternal: true, doc: "Whether another host carries it out."),
            Field("forwarded_to", .ref("host"), isInternal: true, doc: "The host that carries it out."),
            Field("type", .string, doc: "What its result is."),
            Field("result", .string, doc: "What it returned, as the XML of the value; empty for nothing."),
            Field("error_info", .set(.string), doc: "Error code and parameters, once it has failed."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                keyRoles: ["applies_to": .vmOperator, "XenCenterUUID": .vmOperator],
                doc: "Free keys and values for clients."
            ),
            Field("subtask_of", .ref("task"), default: "", doc: "The task that it is a part of."),
            Field("subtasks", .set(.ref("task")), doc: "Its parts."),
        ],
        messages: [
            Message(
                "create",
                ["label": .string, "description": .string],
                returns: .ref("task"),
                async: false,
                role: .readOnly,
                doc: "Makes a task that the caller itself will look after."
            ),
            Message("destroy", ["self": .ref("task")], async: false, role: .readOnly, doc: "Forgets the task."),
            Message("cancel", ["task": .ref("task")], async: false, role: .readOnly, doc: "Asks the task to stop."),
        ]
    )
}
