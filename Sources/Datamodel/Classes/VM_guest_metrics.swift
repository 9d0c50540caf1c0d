extension ClassModel {
    /// `VM_guest_metrics`: what the agent in a guest reports.
    static let vmGuestMetrics = ClassModel(
        "VM_guest_metrics",
        "What the agent in a guest reports.",
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("os_version", .map(.string, .string), doc: "Name and version of the guest's operating system."),
            Field(
                "PV_drivers_version",
                .map(.string, .string),
                doc: "Version of the paravirtual drivers; empty where there are none."
            ),
            Field(
                "PV_drivers_up_to_date",
                .bool,
                doc: "Whether the paravirtual drivers are the newest that the host knows."
            ),
            Field("memory", .map(.string, .string), doc: "Memory as the guest sees it."),
            Field("disks", .map(.string, .string), doc: "Disks as the guest sees them."),
            Field("networks", .map(.string, .string), doc: "Addresses as the guest sees them."),
            Field("other", .map(.string, .string), doc: "Whatever else the guest reports, such as features."),
            Field("last_updated", .datetime, doc: "When these figures were last written."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field("live", .bool, default: "false", doc: "Whether the guest reports at present."),
        ]
    )
}
