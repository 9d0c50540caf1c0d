extension ClassModel {
    /// `Bond`: several physical interfaces of one host that act as one.
    static let bond = ClassModel(
        "Bond",
        "Several physical interfaces of one host that act as one.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "master",
                .ref("PIF"),
                .constructor,
                default: "",
                doc: "The interface that stands for the bond as a whole."
            ),
            Field("slaves", .set(.ref("PIF")), doc: "The interfaces that are bonded together."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field(
                "primary_slave",
                .ref("PIF"),
                default: "OpaqueRef:NULL",
                doc: "The bonded interface whose MAC address and settings the bond took over."
            ),
            Field(
                "mode",
                .enumeration(.bondMode),
                default: "balance-slb",
                doc: "How traffic is spread over the bonded interfaces."
            ),
        ],
        messages: [
            Message(
                "create",
                ["network": .ref("network"), "members": .set(.ref("PIF")), "MAC": .string],
                optional: ["mode": .enumeration(.bondMode)],
                returns: .ref("Bond"),
                role: .poolOperator,
                doc: "Bonds interfaces together on a network."
            ),
            Message("destroy", ["self": .ref("Bond")], role: .poolOperator, doc: "Takes the bond apart."),
            Message(
                "set_mode",
                ["self": .ref("Bond"), "value": .enumeration(.bondMode)],
                role: .poolOperator,
                doc: "Changes how traffic is spread."
            ),
        ]
    )
}
