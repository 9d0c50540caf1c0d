extension ClassModel {
    /// `network`: a network that VMs and hosts are plugged into.
    static let network = ClassModel(
        "network",
        "A network that VMs and hosts are plugged into.",
        isConstructible: true,
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "name__label",
                .string,
                .readWrite,
                default: "",
                role: .poolOperator,
                doc: "Name for people to read; need not be unique."
            ),
            Field(
                "name__description",
                .string,
                .readWrite,
                default: "",
                role: .poolOperator,
                doc: "Notes for people to read."
            ),
            Field(
                "allowed_operations",
                .set(.enumeration(.networkOperations)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.networkOperations)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("VIFs", .set(.ref("VIF")), doc: "The VMs' interfaces on it."),
            Field("PIFs", .set(.ref("PIF")), doc: "The hosts' interfaces on it."),
            Field("MTU", .int, .readWrite, default: "1500", doc: "Largest packet, in bytes."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                role: .poolOperator,
                keyRoles: [
                    "folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator,
                    "XenCenterCreateInProgress": .vmOperator,
                ],
                doc: "Free keys and values for clients."
            ),
            Field("bridge", .string, doc: "Name of the bridge on each host."),
            Field(
                "blobs",
                .map(.string, .ref("blob")),
                default: "()",
                doc: "Binary data that clients have attached, by name."
            ),
            Field(
                "tags",
                .set(.string),
                .readWrite,
                default: "()",
                role: .vmOperator,
                doc: "Free words by which clients group objects."
            ),
        ],
        messages: [
            Message(
                "attach",
                ["network": .ref("network"), "host": .ref("host")],
                role: .poolOperator,
                doc: "Brings the network up on a host."
            ),
            Message(
                "pool_introduce",
                [
                    "name_label": .string, "name_description": .string, "MTU": .int,
                    "other_config": .map(.string, .string), "bridge": .string,
                ],
                returns: .ref("network"),
                role: .poolOperator,
                doc: "Records an object of a joining host."
            ),
            Message(
                "create_new_blob",
                ["network": .ref("network"), "name": .string, "mime_type": .string],
                returns: .ref("blob"),
                role: .poolOperator,
                doc: "Attaches a place for binary data."
            ),
        ]
    )
}
