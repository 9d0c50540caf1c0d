extension ClassModel {
    /// `event`: a change of an object, told to those who asked for it.
    static let event = ClassModel(
        "event",
        "A change of an object, told to those who asked for it.",
        emitsEvents: false,
        isPersisted: false,
        isInDatabase: false,
        isEnumerable: false,
        fields: [
            Field("id", .int, .constructor, doc: "Number of the event, rising."),
            Field("timestamp", .datetime, .constructor, doc: "When it happened."),
            Field("class", .string, .constructor, doc: "Class of the object that changed, in lower case."),
            Field(
                "operation",
                .enumeration(.eventOperation),
                .constructor,
                doc: "Whether the object is new, changed or gone."
            ),
            Field("ref", .string, .constructor, doc: "Reference of the object that changed."),
            Field("obj_uuid", .string, .constructor, doc: "Uuid of the object that changed."),
        ],
        messages: [
            Message(
                "register",
                ["classes": .set(.string)],
                async: false,
                role: .readOnly,
                doc: "Asks for the events of these classes; `*` stands for all."
            ),
            Message(
                "unregister",
                ["classes": .set(.string)],
                async: false,
                role: .readOnly,
                doc: "Asks no longer for the events of these classes."
            ),
            Message(
                "next",
                returns: .set(.record("event")),
                async: false,
                role: .readOnly,
                doc: "Waits for events of the registered classes."
            ),
            Message(
                "from",
                ["classes": .set(.string), "token": .string, "timeout": .float],
                returns: .set(.record("event")),
                async: false,
                role: .readOnly,
                doc:
                    "Waits for what has changed since a token, at most `timeout` seconds; `\"\"` begins with every object."
            ),
            Message(
                "inject",
                ["class": .string, "ref": .string],
                returns: .string,
                async: false,
                role: .readOnly,
                since: "6.1",
                doc: "Tells of an object as if it had changed; returns the token up to which that is told."
            ),
            Message("get_current_id", returns: .int, async: false, role: .readOnly, doc: "Number of the latest event."),
        ]
    )
}
