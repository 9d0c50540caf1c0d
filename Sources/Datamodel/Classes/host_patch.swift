extension ClassModel {
    /// `host_patch`: the fact that a patch has been applied to a host.
    static let hostPatch = ClassModel(
        "host_patch",
        "The fact that a patch has been applied to a host.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "name__label",
                .string,
                .constructor,
                default: "",
                doc: "Name for people to read; need not be unique."
            ),
            Field("name__description", .string, .constructor, default: "", doc: "Notes for people to read."),
            Field("version", .string, .constructor, doc: "Version of the patch."),
            Field("host", .ref("host"), .constructor, doc: "The host that has the patch."),
            Field("filename", .string, isInternal: true, doc: "File of the patch on the host."),
            Field("applied", .bool, doc: "Whether the patch is in force."),
            Field("timestamp_applied", .datetime, doc: "When the patch was applied, UTC."),
            Field("size", .int, doc: "Size, in bytes; 0 here, see the patch itself."),
            Field("pool_patch", .ref("pool_patch"), .constructor, default: "", doc: "The patch that was applied."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field("sha256", .string, isOwn: true, default: "", doc: "SHA-256 of the build that was applied, if known."),
        ],
        messages: [
            Message(
                "destroy",
                ["self": .ref("host_patch")],
                role: .poolOperator,
                doc: "Deletes the record; the patch stays applied."
            ),
            Message(
                "apply",
                ["self": .ref("host_patch")],
                returns: .string,
                role: .poolOperator,
                doc: "No longer in use; see pool_patch.apply."
            ),
        ]
    )
}
