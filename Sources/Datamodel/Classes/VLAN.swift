extension ClassModel {
    /// `VLAN`: a VLAN on a host: a tag that ties an interface to a network.
    static let vlan = ClassModel(
        "VLAN",
        "A VLAN on a host: a tag that ties an interface to a network.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "tagged_PIF",
                .ref("PIF"),
                .constructor,
                default: "",
                doc: "The interface on which the tagged packets travel."
            ),
            Field(
                "untagged_PIF",
                .ref("PIF"),
                default: "",
                doc: "The interface that carries the packets without their tag."
            ),
            Field("tag", .int, .constructor, default: "-1", doc: "VLAN tag."),
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
                ["tagged_PIF": .ref("PIF"), "tag": .int, "network": .ref("network")],
                returns: .ref("VLAN"),
                role: .poolOperator,
                doc: "Makes a VLAN interface on one host."
            ),
            Message("destroy", ["self": .ref("VLAN")], role: .poolOperator, doc: "Destroys the object."),
        ]
    )
}
