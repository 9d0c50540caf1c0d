extension ClassModel {
    /// `VIF_metrics`: traffic of a virtual network interface.
    static let vifMetrics = ClassModel(
        "VIF_metrics",
        "Traffic of a virtual network interface.",
        isPersisted: false,
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("io__read_kbs", .float, isPersisted: false, doc: "Bandwidth read, in KiB/s."),
            Field("io__write_kbs", .float, isPersisted: false, doc: "Bandwidth written, in KiB/s."),
            Field("last_updated", .datetime, doc: "When these figures were last written."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ]
    )
}
