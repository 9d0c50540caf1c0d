extension ClassModel {
    /// `message`: a notice to the operator on an object, kept until it is dismissed.
    static let message = ClassModel(
        "message",
        "A notice to the operator on an object, kept until it is dismissed.",
        isPersisted: false,
        isInDatabase: false,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name", .string, doc: "Its kind, such as `HA_HOST_FAILED`."),
            Field("priority", .int, doc: "Its weight; 5 is the gravest in the 6.0 generation."),
            Field("cls", .enumeration(.cls), doc: "Class of the object that it is about."),
            Field("obj_uuid", .string, doc: "Uuid of the object that it is about."),
            Field("timestamp", .datetime, doc: "When it was made."),
            Field("body", .string, doc: "Its text."),
        ],
        messages: [
            Message(
                "create",
                ["name": .string, "priority": .int, "cls": .enumeration(.cls), "obj_uuid": .string, "body": .string],
                returns: .ref("message"),
                async: false,
                role: .poolOperator,
                doc: "Makes a notice."
            ),
            Message(
                "destroy",
                ["self": .ref("message")],
                async: false,
                role: .poolOperator,
                doc: "Dismisses the notice."
            ),
            Message(
                "get",
                ["cls": .enumeration(.cls), "obj_uuid": .string, "since": .datetime],
                returns: .map(.ref("message"), .record("message")),
                async: false,
                role: .readOnly,
                doc: "The notices on an object since a time."
            ),
            Message(
                "get_since",
                ["since": .datetime],
                returns: .map(.ref("message"), .record("message")),
                async: false,
                role: .readOnly,
                doc: "All notices since a time."
            ),
        ]
    )
}
