extension ClassModel {
    /// `VGPU`: a virtual GPU of a VM.
    static let vgpu = ClassModel(
        "VGPU",
        "A virtual GPU of a VM.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("VM", .ref("VM"), doc: "The VM that has it."),
            Field("GPU_group", .ref("GPU_group"), doc: "The group that it is served from."),
            Field("device", .string, default: "0", doc: "Position among the VM's GPUs."),
            Field("currently_attached", .bool, default: "false", doc: "Whether it is plugged in now."),
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
                ["VM": .ref("VM"), "GPU_group": .ref("GPU_group")],
                optional: ["device": .string, "other_config": .map(.string, .string)],
                returns: .ref("VGPU"),
                role: .poolOperator,
                doc: "Gives a VM a virtual GPU."
            ),
            Message("destroy", ["self": .ref("VGPU")], role: .poolOperator, doc: "Destroys the object."),
        ]
    )
}
