extension ClassModel {
    /// `PGPU`: a physical GPU of a host.
    static let pgpu = ClassModel(
        "PGPU",
        "A physical GPU of a host.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("PCI", .ref("PCI"), .constructor, default: "OpaqueRef:NULL", doc: "The PCI device that it is."),
            Field(
                "GPU_group",
                .ref("GPU_group"),
                .constructor,
                default: "OpaqueRef:NULL",
                doc: "The group that it belongs to."
            ),
            Field("host", .ref("host"), default: "OpaqueRef:NULL", doc: "The host that it sits in."),
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
