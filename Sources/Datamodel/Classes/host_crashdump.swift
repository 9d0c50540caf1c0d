extension ClassModel {
    /// `host_crashdump`: a crash dump of a host.
    static let hostCrashdump = ClassModel(
        "host_crashdump",
        "A crash dump of a host.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("host", .ref("host"), .constructor, doc: "The host that crashed."),
            Field("timestamp", .datetime, doc: "When it crashed."),
            Field("size", .int, doc: "Size, in bytes."),
            Field("filename", .string, .constructor, isInternal: true, doc: "Directory of the dump on the host."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ],
        messages: [
            Message("destroy", ["self": .ref("host_crashdump")], role: .poolOperator, doc: "Deletes the dump."),
            Message(
                "upload",
                ["self": .ref("host_crashdump"), "url": .string, "options": .map(.string, .string)],
                role: .poolOperator,
                doc: "Uploads the dump."
            ),
        ]
    )
}
