extension ClassModel {
    /// `VM_appliance`: vMs that start and stop together, in order.
    static let vmAppliance = ClassModel(
        "VM_appliance",
        "VMs that start and stop together, in order.",
        isConstructible: true,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
            Field(
                "allowed_operations",
                .set(.enumeration(.vmApplianceOperation)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.vmApplianceOperation)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("VMs", .set(.ref("VM")), doc: "The VMs of the appliance."),
        ],
        messages: [
            Message(
                "start",
                ["self": .ref("VM_appliance"), "paused": .bool],
                role: .poolOperator,
                doc: "Starts its VMs in order."
            ),
            Message(
                "clean_shutdown",
                ["self": .ref("VM_appliance")],
                role: .poolOperator,
                doc: "Asks its guests to shut down, in reverse order."
            ),
            Message(
                "hard_shutdown",
                ["self": .ref("VM_appliance")],
                role: .poolOperator,
                doc: "Stops its VMs at once."
            ),
            Message(
                "shutdown",
                ["self": .ref("VM_appliance")],
                role: .poolOperator,
                doc: "Asks its guests to shut down, and stops those that do not."
            ),
            Message(
                "assert_can_be_recovered",
                ["self": .ref("VM_appliance"), "session_to": .ref("session")],
                role: .readOnly,
                doc: "Fails where it cannot be recovered into that session's pool."
            ),
            Message(
                "recover",
                ["self": .ref("VM_appliance"), "session_to": .ref("session"), "force": .bool],
                role: .readOnly,
                doc: "Recovers it into that session's pool."
            ),
        ]
    )
}
