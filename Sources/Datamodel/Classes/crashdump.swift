extension ClassModel {
    /// `crashdump`: a crash dump of a VM.
    static let crashdump = ClassModel(
        "crashdump",
        "A crash dump of a VM.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("VM", .ref("VM"), .constructor, doc: "The VM that crashed."),
            Field("VDI", .ref("VDI"), .constructor, doc: "The virtual disk that holds the dump."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ],
        messages: [
            Message("destroy", ["self": .ref("crashdump")], role: .poolOperator, doc: "Destroys the object.")
        ]
    )
}
