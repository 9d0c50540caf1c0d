extension ClassModel {
    /// `GPU_group`: physical GPUs of one kind over the whole pool, any of which can serve a VM.
    static let gpuGroup = ClassModel(
        "GPU_group",
        "Physical GPUs of one kind over the whole pool, any of which can serve a VM.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
            Field("PGPUs", .set(.ref("PGPU")), doc: "The physical GPUs in the group."),
            Field("VGPUs", .set(.ref("VGPU")), doc: "The virtual GPUs that are served from the group."),
            Field("GPU_types", .set(.string), default: "()", doc: "Vendor and device ids of the GPUs in the group."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ],
        messages: [
            Message(
                "create",
                optional: ["name_label": .string, "name_description": .string, "other_config": .map(.string, .string)],
                returns: .ref("GPU_group"),
                role: .poolOperator,
                doc: "Makes an empty group."
            ),
            Message("destroy", ["self": .ref("GPU_group")], role: .poolOperator, doc: "Destroys the object."),
        ]
    )
}
