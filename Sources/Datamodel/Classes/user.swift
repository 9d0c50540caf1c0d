extension ClassModel {
    /// `user`: a local user.
    static let user = ClassModel(
        "user",
        "A local user.",
        emitsEvents: false,
        isConstructible: true,
        isEnumerable: false,
        role: .poolAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("short_name", .string, .constructor, doc: "Name to log in with."),
            Field("fullname", .string, .readWrite, doc: "Full name."),
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
