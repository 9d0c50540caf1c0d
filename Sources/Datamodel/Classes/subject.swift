extension ClassModel {
    /// `subject`: a user or group of the directory service who may log in.
    static let subject = ClassModel(
        "subject",
        "A user or group of the directory service who may log in.",
        isConstructible: true,
        role: .poolAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("subject_identifier", .string, .constructor, default: "", doc: "Its id in the directory service."),
            Field(
                "other_config",
                .map(.string, .string),
                .constructor,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field(
                "roles",
                .set(.ref("role")),
                default: "('OpaqueRef:0165f154-ba3e-034e-6b27-5d271af109ba')",
                doc: "The roles that it has."
            ),
        ],
        messages: [
            Message(
                "add_to_roles",
                ["self": .ref("subject"), "role": .ref("role")],
                async: false,
                role: .poolAdmin,
                doc: "Gives a role."
            ),
            Message(
                "remove_from_roles",
                ["self": .ref("subject"), "role": .ref("role")],
                async: false,
                role: .poolAdmin,
                doc: "Takes a role away."
            ),
            Message(
                "get_permissions_name_label",
                ["self": .ref("subject")],
                returns: .set(.string),
                async: false,
                role: .readOnly,
                doc: "The names of the permissions that it has."
            ),
        ]
    )
}
