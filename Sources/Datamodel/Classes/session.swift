extension ClassModel {
    /// `session`: a caller who has logged in.
    static let session = ClassModel(
        "session",
        "A caller who has logged in.",
        emitsEvents: false,
        isPersisted: false,
        isEnumerable: false,
        role: .poolAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("this_host", .ref("host"), doc: "The host that the caller logged in on."),
            Field("this_user", .ref("user"), doc: "The user, where it is a local one."),
            Field("last_active", .datetime, doc: "When the session was last used."),
            Field("pool", .bool, doc: "Whether it belongs to another host of the pool."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field(
                "is_local_superuser",
                .bool,
                default: "false",
                doc: "Whether the caller is the local superuser, who may do everything."
            ),
            Field(
                "subject",
                .ref("subject"),
                default: "OpaqueRef:NULL",
                doc: "The subject that the caller logged in as."
            ),
            Field(
                "validation_time",
                .datetime,
                default: "19700101T00:00:00Z",
                doc: "When the caller's rights were last looked up."
            ),
            Field("auth_user_sid", .string, default: "", doc: "The caller's id in the directory service."),
            Field("auth_user_name", .string, default: "", doc: "The caller's name in the directory service."),
            Field("rbac_permissions", .set(.string), .constructor, default: "()", doc: "What the caller may do."),
            Field("tasks", .set(.ref("task")), doc: "The tasks that it has started."),
            Field(
                "parent",
                .ref("session"),
                .constructor,
                default: "OpaqueRef:NULL",
                doc: "The session that it was made from."
            ),
        ],
        messages: [
            Message(
                "login_with_password",
                ["uname": .string, "pwd": .string],
                optional: ["version": .string],
                returns: .ref("session"),
                async: false,
                needsSession: false,
                role: .readOnly,
                doc: "Logs in."
            ),
            Message("logout", async: false, role: .readOnly, doc: "Ends the session."),
            Message(
                "change_password",
                ["old_pwd": .string, "new_pwd": .string],
                async: false,
                role: .localRoot,
                doc: "Changes the caller's password."
            ),
            Message(
                "slave_login",
                ["host": .ref("host"), "psecret": .string],
                returns: .ref("session"),
                async: false,
                needsSession: false,
                role: .poolAdmin,
                doc: "Logs a slave in to its master."
            ),
            Message(
                "slave_local_login",
                ["psecret": .string],
                returns: .ref("session"),
                async: false,
                needsSession: false,
                role: .poolAdmin,
                doc: "Logs in to this host only, with the secret that hosts share."
            ),
            Message(
                "slave_local_login_with_password",
                ["uname": .string, "pwd": .string],
                returns: .ref("session"),
                async: false,
                needsSession: false,
                role: .poolAdmin,
                doc: "Logs in to this host only, in an emergency."
            ),
            Message("local_logout", async: false, role: .poolAdmin, doc: "Ends a session on this host only."),
            Message(
                "get_all_subject_identifiers",
                returns: .set(.string),
                async: false,
                role: .readOnly,
                doc: "The users who are logged in from the directory service."
            ),
            Message(
                "logout_subject_identifier",
                ["subject_identifier": .string],
                async: false,
                role: .poolOperator,
                doc: "Ends all sessions of a user."
            ),
        ]
    )
}
