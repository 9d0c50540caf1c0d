extension ClassModel {
    /// `PBD`: the connection of one host to one storage repository.
    static let pbd = ClassModel(
        "PBD",
        "The connection of one host to one storage repository.",
        isConstructible: true,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("host", .ref("host"), .constructor, doc: "The host that is connected."),
            Field("SR", .ref("SR"), .constructor, doc: "The storage repository that it is connected to."),
            Field(
                "device_config",
                .map(.string, .string),
                .constructor,
                doc: "What the storage driver needs to reach the storage, such as server and path."
            ),
            Field("currently_attached", .bool, doc: "Whether it is plugged in now."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ],
        messages: [
            Message("plug", ["self": .ref("PBD")], role: .poolOperator, doc: "Plugs it in."),
            Message("unplug", ["self": .ref("PBD")], role: .poolOperator, doc: "Unplugs it."),
            Message(
                "set_device_config",
                ["self": .ref("PBD"), "value": .map(.string, .string)],
                role: .poolOperator,
                doc: "Changes what the storage driver needs to reach the storage."
            ),
        ]
    )
}
