extension ClassModel {
    /// `auth`: look-ups in the directory service that users come from.
    static let auth = ClassModel(
        "auth",
        "Look-ups in the directory service that users come from.",
        emitsEvents: false,
        isPersisted: false,
        isInDatabase: false,
        isEnumerable: false,
        role: .readOnly,
        fields: [],
        messages: [
            Message(
                "get_subject_identifier",
                ["subject_name": .string],
                returns: .string,
                async: false,
                role: .readOnly,
                doc: "Looks up the id of a user or group."
            ),
            Message(
                "get_subject_information_from_identifier",
                ["subject_identifier": .string],
                returns: .map(.string, .string),
                async: false,
                role: .readOnly,
                doc: "Looks up what is known of a user or group."
            ),
            Message(
                "get_group_membership",
                ["subject_identifier": .string],
                returns: .set(.string),
                async: false,
                role: .readOnly,
                doc: "Looks up the groups of a user."
            ),
        ]
    )
}
