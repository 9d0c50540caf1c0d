extension ClassModel {
    /// `blob`: binary data attached to an object, sent and fetched over HTTP.
    static let blob = ClassModel(
        "blob",
        "Binary data attached to an object, sent and fetched over HTTP.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
            Field("size", .int, doc: "Size, in bytes."),
            Field("last_updated", .datetime, .constructor, doc: "When these figures were last written."),
            Field("mime_type", .string, .constructor, doc: "Its media type."),
        ],
        messages: [
            Message(
                "create",
                ["mime_type": .string],
                returns: .ref("blob"),
                async: false,
                role: .poolOperator,
                doc: "Makes a place for binary data."
            ),
            Message("destroy", ["self": .ref("blob")], async: false, role: .poolOperator, doc: "Destroys the object."),
        ]
    )
}
