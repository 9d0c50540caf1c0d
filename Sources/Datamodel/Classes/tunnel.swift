extension ClassModel {
    /// `tunnel`: a network carried over another one, between hosts.
    static let tunnel = ClassModel(
        "tunnel",
        "A network carried over another one, between hosts.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "access_PIF",
                .ref("PIF"),
                .constructor,
                default: "",
                doc: "The interface through which the tunnel is used."
            ),
            Field(
                "transport_PIF",
                .ref("PIF"),
                .constructor,
                default: "",
                doc: "The interface over which the tunnel runs."
            ),
            Field(
                "status",
                .map(.string, .string),
                .readWrite,
                default: "(('active' 'false'))",
                doc: "Whether it is active, and with which key."
            ),
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
                ["transport_PIF": .ref("PIF"), "network": .ref("network")],
                returns: .ref("tunnel"),
                role: .poolOperator,
                doc: "Makes a tunnel."
            ),
            Message("destroy", ["self": .ref("tunnel")], role: .poolOperator, doc: "Destroys the object."),
        ]
    )
}
