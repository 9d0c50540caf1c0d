extension ClassModel {
    /// `DR_task`: a recovery from a disaster under way: storage introduced so that its VMs can be recovered.
    static let drTask = ClassModel(
        "DR_task",
        "A recovery from a disaster under way: storage introduced so that its VMs can be recovered.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("introduced_SRs", .set(.ref("SR")), doc: "The storage repositories that this recovery introduced."),
        ],
        messages: [
            Message(
                "create",
                ["type": .string, "device_config": .map(.string, .string), "whitelist": .set(.string)],
                returns: .ref("DR_task"),
                role: .poolOperator,
                doc: "Introduces storage in order to recover VMs from it."
            ),
            Message(
                "destroy",
                ["self": .ref("DR_task")],
                role: .poolOperator,
                doc: "Ends the recovery and forgets storage that holds none of the recovered VMs."
            ),
        ]
    )
}
