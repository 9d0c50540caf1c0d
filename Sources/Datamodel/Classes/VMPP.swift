extension ClassModel {
    /// `VMPP`: a policy that takes snapshots of VMs on a schedule and archives them.
    static let vmpp = ClassModel(
        "VMPP",
        "A policy that takes snapshots of VMs on a schedule and archives them.",
        isConstructible: true,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
            Field("is_policy_enabled", .bool, .readWrite, default: "true", doc: "Whether the policy is in force."),
            Field(
                "backup_type",
                .enumeration(.vmppBackupType),
                .readWrite,
                doc: "Whether snapshots hold memory as well as disks."
            ),
            Field("backup_retention_value", .int, .constructor, default: "7", doc: "How many snapshots are kept."),
            Field(
                "backup_frequency",
                .enumeration(.vmppBackupFrequency),
                .constructor,
                doc: "How often snapshots are taken."
            ),
            Field(
                "backup_schedule",
                .map(.string, .string),
                .constructor,
                doc: "When snapshots are taken: `min`, `hour`, `days`."
            ),
            Field("is_backup_running", .bool, doc: "Whether a snapshot is being taken now."),
            Field(
                "backup_last_run_time",
                .datetime,
                default: "19700101T00:00:00Z",
                doc: "When snapshots were last taken."
            ),
            Field(
                "archive_target_type",
                .enumeration(.vmppArchiveTargetType),
                .constructor,
                default: "none",
                doc: "Kind of the place that snapshots are archived to."
            ),
            Field(
                "archive_target_config",
                .map(.string, .string),
                .constructor,
                default: "()",
                doc: "Where that place is and how to log in."
            ),
            Field(
                "archive_frequency",
                .enumeration(.vmppArchiveFrequency),
                .constructor,
                default: "never",
                doc: "How often snapshots are archived."
            ),
            Field(
                "archive_schedule",
                .map(.string, .string),
                .constructor,
                default: "()",
                doc: "When snapshots are archived: `min`, `hour`, `days`."
            ),
            Field("is_archive_running", .bool, doc: "Whether a snapshot is being archived now."),
            Field(
                "archive_last_run_time",
                .datetime,
                default: "19700101T00:00:00Z",
                doc: "When snapshots were last archived."
            ),
            Field("VMs", .set(.ref("VM")), doc: "The VMs that the policy protects."),
            Field("is_alarm_enabled", .bool, .constructor, default: "false", doc: "Whether failures are mailed."),
            Field(
                "alarm_config",
                .map(.string, .string),
                .constructor,
                default: "()",
                doc: "Where failures are mailed to."
            ),
            Field("recent_alerts", .set(.string), default: "()", doc: "The latest alerts."),
        ],
        messages: [
            Message(
                "protect_now",
                ["vmpp": .ref("VMPP")],
                returns: .string,
                async: false,
                role: .poolOperator,
                doc: "Takes a snapshot of all its VMs now."
            ),
            Message(
                "archive_now",
                ["snapshot": .ref("VM")],
                returns: .string,
                async: false,
                role: .vmPowerAdmin,
                doc: "Archives a snapshot now."
            ),
            Message(
                "create_alert",
                ["vmpp": .ref("VMPP"), "name": .string, "priority": .int, "body": .string, "data": .string],
                async: false,
                role: .localRoot,
                doc: "Records an alert."
            ),
            Message(
                "get_alerts",
                ["vmpp": .ref("VMPP"), "hours_from_now": .int],
                returns: .set(.string),
                async: false,
                role: .poolOperator,
                doc: "The alerts of so many hours."
            ),
            Message(
                "set_backup_retention_value",
                ["self": .ref("VMPP"), "value": .int],
                async: false,
                role: .poolOperator,
                doc: "Sets how many snapshots are kept."
            ),
            Message(
                "set_is_backup_running",
                ["self": .ref("VMPP"), "value": .bool],
                async: false,
                role: .localRoot,
                doc: "Records whether a snapshot is being taken."
            ),
            Message(
                "set_is_archive_running",
                ["self": .ref("VMPP"), "value": .bool],
                async: false,
                role: .localRoot,
                doc: "Records whether a snapshot is being archived."
            ),
            Message(
                "set_backup_frequency",
                ["self": .ref("VMPP"), "value": .enumeration(.vmppBackupFrequency)],
                async: false,
                role: .poolOperator,
                doc: "Sets how often snapshots are taken."
            ),
            Message(
                "set_backup_schedule",
                ["self": .ref("VMPP"), "value": .map(.string, .string)],
                async: false,
                role: .poolOperator,
                doc: "Sets when snapshots are taken."
            ),
            Message(
                "set_archive_frequency",
                ["self": .ref("VMPP"), "value": .enumeration(.vmppArchiveFrequency)],
                async: false,
                role: .poolOperator,
                doc: "Sets how often snapshots are archived."
            ),
            Message(
                "set_archive_schedule",
                ["self": .ref("VMPP"), "value": .map(.string, .string)],
                async: false,
                role: .poolOperator,
                doc: "Sets when snapshots are archived."
            ),
            Message(
                "set_archive_target_type",
                ["self": .ref("VMPP"), "value": .enumeration(.vmppArchiveTargetType)],
                async: false,
                role: .poolOperator,
                doc: "Sets the kind of place that snapshots are archived to."
            ),
            Message(
                "set_archive_target_config",
                ["self": .ref("VMPP"), "value": .map(.string, .string)],
                async: false,
                role: .poolOperator,
                doc: "Sets where that place is."
            ),
            Message(
                "set_is_alarm_enabled",
                ["self": .ref("VMPP"), "value": .bool],
                async: false,
                role: .poolOperator,
                doc: "Says whether failures are mailed."
            ),
            Message(
                "set_alarm_config",
                ["self": .ref("VMPP"), "value": .map(.string, .string)],
                async: false,
                role: .poolOperator,
                doc: "Sets where failures are mailed to."
            ),
            Message(
                "add_to_backup_schedule",
                ["self": .ref("VMPP"), "key": .string, "value": .string],
                async: false,
                role: .poolOperator,
                doc: "Adds a key to the backup schedule."
            ),
            Message(
                "add_to_archive_target_config",
                ["self": .ref("VMPP"), "key": .string, "value": .string],
                async: false,
                role: .poolOperator,
                doc: "Adds a key to the archive target."
            ),
            Message(
                "add_to_archive_schedule",
                ["self": .ref("VMPP"), "key": .string, "value": .string],
                async: false,
                role: .poolOperator,
                doc: "Adds a key to the archive schedule."
            ),
            Message(
                "add_to_alarm_config",
                ["self": .ref("VMPP"), "key": .string, "value": .string],
                async: false,
                role: .poolOperator,
                doc: "Adds a key to the mail settings."
            ),
            Message(
                "remove_from_backup_schedule",
                ["self": .ref("VMPP"), "key": .string],
                async: false,
                role: .poolOperator,
                doc: "Removes a key from the backup schedule."
            ),
            Message(
                "remove_from_archive_target_config",
                ["self": .ref("VMPP"), "key": .string],
                async: false,
                role: .poolOperator,
                doc: "Removes a key from the archive target."
            ),
            Message(
                "remove_from_archive_schedule",
                ["self": .ref("VMPP"), "key": .string],
                async: false,
                role: .poolOperator,
                doc: "Removes a key from the archive schedule."
            ),
            Message(
                "remove_from_alarm_config",
                ["self": .ref("VMPP"), "key": .string],
                async: false,
                role: .poolOperator,
                doc: "Removes a key from the mail settings."
            ),
            Message(
                "set_backup_last_run_time",
                ["self": .ref("VMPP"), "value": .datetime],
                async: false,
                role: .localRoot,
                doc: "Records when snapshots were last taken."
            ),
            Message(
                "set_archive_last_run_time",
                ["self": .ref("VMPP"), "value": .datetime],
                async: false,
                role: .localRoot,
                doc: "Records when snapshots were last archived."
            ),
        ]
    )
}
