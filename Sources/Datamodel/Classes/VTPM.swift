extension ClassModel {
    /// `VTPM`: a virtual TPM of a VM.
    static let vtpm = ClassModel(
        "VTPM",
        "A virtual TPM of a VM.",
        emitsEvents: false,
        isConstructible: true,
        isEnumerable: false,
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("VM", .ref("VM"), .constructor, doc: "The VM that has it."),
            Field("backend", .ref("VM"), .constructor, doc: "The domain that serves it."),
        ]
    )
}
