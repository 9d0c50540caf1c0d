extension ClassModel {
    /// `secret`: a password kept by the server, so that others can refer to it.
    static let secret = ClassModel(
        "secret",
        "A password kept by the server, so that others can refer to it.",
        emitsEvents: false,
        isConstructible: true,
        readRole: .poolOperator,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("value", .string, .readWrite, doc: "The password."),
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
                "introduce",
                ["uuid": .string, "value": .string],
                optional: ["other_config": .map(.string, .string)],
                returns: .ref("secret"),
                async: false,
                role: .poolOperator,
                doc: "Records a secret with a known uuid."
            )
        ]
    )
}
