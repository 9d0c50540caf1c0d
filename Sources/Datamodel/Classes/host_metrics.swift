extension ClassModel {
    /// `host_metrics`: memory of a host, and whether it lives.
    static let hostMetrics = ClassModel(
        "host_metrics",
        "Memory of a host, and whether it lives.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("memory__total", .int, doc: "Memory of the host, in bytes."),
            Field("memory__free", .int, doc: "Memory free for VMs, in bytes."),
            Field("live", .bool, doc: "Whether its heartbeat arrives."),
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
