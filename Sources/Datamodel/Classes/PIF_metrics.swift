extension ClassModel {
    /// `PIF_metrics`: traffic and link state of a physical interface.
    static let pifMetrics = ClassModel(
        "PIF_metrics",
        "Traffic and link state of a physical interface.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("io__read_kbs", .float, isPersisted: false, doc: "Bandwidth read, in KiB/s."),
            Field("io__write_kbs", .float, isPersisted: false, doc: "Bandwidth written, in KiB/s."),
            Field("carrier", .bool, doc: "Whether the link is up."),
            Field("vendor_id", .string, doc: "Vendor of the hardware, as an id."),
            Field("vendor_name", .string, doc: "Vendor of the hardware, in words."),
            Field("device_id", .string, doc: "Model of the hardware, as an id."),
            Field("device_name", .string, doc: "Model of the hardware, in words."),
            Field("speed", .int, doc: "Speed of the link, in Mbit/s; 0 where unknown."),
            Field("duplex", .bool, doc: "Whether the link is full-duplex."),
            Field("pci_bus_path", .string, doc: "PCI address of the hardware."),
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
