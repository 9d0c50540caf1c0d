extension ClassModel {
    /// `console`: a console of a VM.
    static let console = ClassModel(
        "console",
        "A console of a VM.",
        isConstructible: true,
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("protocol", .enumeration(.consoleProtocol), doc: "Protocol that the console speaks."),
            Field("location", .string, doc: "Address at which it can be reached."),
            Field("VM", .ref("VM"), doc: "The VM that it belongs to."),
            Field("other_config", .map(.string, .string), .readWrite, doc: "Free keys and values for clients."),
            Field("port", .int, .readWrite, isInternal: true, doc: "Port on the host that the console listens on."),
        ]
    )
}
