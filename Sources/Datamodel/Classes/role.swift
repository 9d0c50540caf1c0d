extension ClassModel {
    /// `role`: a set of permissions that can be given to users.
    static let role = ClassModel(
        "role",
        "A set of permissions that can be given to users.",
        role: .poolAdmin,
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
            Field(
                "subroles",
                .set(.ref("role")),
                .constructor,
                default: "()",
                doc: "The permissions or roles that it is made of."
            ),
        ],
        messages: [
            Message(
                "get_permissions",
                ["self": .ref("role")],
                returns: .set(.ref("role")),
                async: false,
                role: .readOnly,
                doc: "The permissions that it grants, its parts' included."
            ),
            Message(
                "get_permissions_name_label",
                ["self": .ref("role")],
                returns: .set(.string),
                async: false,
                role: .readOnly,
                doc: "The names of the permissions that it grants."
            ),
            Message(
                "get_by_permission",
                ["permission": .ref("role")],
                returns: .set(.ref("role")),
                async: false,
                role: .readOnly,
                doc: "The roles that grant a permission."
            ),
            Message(
                "get_by_permission_name_label",
                ["label": .string],
                returns: .set(.ref("role")),
                async: false,
                role: .readOnly,
                doc: "The roles that grant a permission, by its name."
            ),
        ]
    )
}
