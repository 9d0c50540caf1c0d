extension ClassModel {
    /// `VBD`: a virtual disk or CD drive of a VM.
    static let vbd = ClassModel(
        "VBD",
        "A virtual disk or CD drive of a VM.",
        isConstructible: true,
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "allowed_operations",
                .set(.enumeration(.vbdOperations)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.vbdOperations)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("VM", .ref("VM"), .constructor, doc: "The VM that has it."),
            Field("VDI", .ref("VDI"), .constructor, doc: "The virtual disk in it; null for an empty CD drive."),
            Field("device", .string, doc: "Name of the device in the guest, such as `xvda`."),
            Field("userdevice", .string, .readWrite, doc: "Position of the device, or `autodetect`."),
            Field("bootable", .bool, .readWrite, doc: "Whether the VM may boot from it."),
            Field("mode", .enumeration(.vbdMode), .readWrite, doc: "Whether the guest may write to it."),
            Field("type", .enumeration(.vbdType), .readWrite, doc: "Whether it is a disk or a CD drive."),
            Field(
                "unpluggable",
                .bool,
                .readWrite,
                default: "true",
                doc: "Whether it can be unplugged while the VM runs."
            ),
            Field("storage_lock", .bool, doc: "Whether storage has locked it for an operation."),
            Field("empty", .bool, .constructor, doc: "Whether the drive holds nothing."),
            Field(
                "reserved",
                .bool,
                isInternal: true,
                default: "false",
                doc: "Whether it is set aside for an operation that is about to start."
            ),
            Field("other_config", .map(.string, .string), .readWrite, doc: "Free keys and values for clients."),
            Field("currently_attached", .bool, doc: "Whether it is plugged in now."),
            Field("status_code", .int, doc: "Error or success code of the last attach."),
            Field("status_detail", .string, doc: "Error or success text of the last attach."),
            Field("runtime_properties", .map(.string, .string), doc: "Properties of the plugged-in device."),
            Field("qos__algorithm_type", .string, .readWrite, doc: "Name of the quality-of-service algorithm in use."),
            Field(
                "qos__algorithm_params",
                .map(.string, .string),
                .readWrite,
                doc: "Parameters of the quality-of-service algorithm."
            ),
            Field(
                "qos__supported_algorithms",
                .set(.string),
                doc: "Quality-of-service algorithms that this device can use."
            ),
            Field("metrics", .ref("VBD_metrics"), doc: "Its traffic."),
        ],
        messages: [
            Message("eject", ["vbd": .ref("VBD")], role: .vmOperator, doc: "Takes the disc out of a CD drive."),
            Message(
                "insert",
                ["vbd": .ref("VBD"), "vdi": .ref("VDI")],
                role: .vmOperator,
                doc: "Puts a disc into a CD drive."
            ),
            Message("plug", ["self": .ref("VBD")], role: .vmAdmin, doc: "Plugs it in."),
            Message("unplug", ["self": .ref("VBD")], role: .vmAdmin, doc: "Unplugs it."),
            Message(
                "unplug_force",
                ["self": .ref("VBD")],
                role: .vmAdmin,
                doc: "Unplugs it even if the guest does not agree."
            ),
            Message(
                "unplug_force_no_safety_check",
                ["self": .ref("VBD")],
                role: .vmAdmin,
                doc: "Unplugs it even if the guest does not agree, and checks nothing first."
            ),
            Message(
                "assert_attachable",
                ["self": .ref("VBD")],
                role: .vmAdmin,
                doc: "Fails where it could not be attached."
            ),
            Message(
                "pause",
                ["self": .ref("VBD")],
                returns: .string,
                role: .vmAdmin,
                doc: "Stops its traffic and returns a token."
            ),
            Message(
                "unpause",
                ["self": .ref("VBD")],
                optional: ["token": .string],
                role: .vmAdmin,
                doc: "Lets traffic run again."
            ),
        ]
    )
}
