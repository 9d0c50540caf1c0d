extension ClassModel {
    /// `PCI`: a PCI device of a host.
    static let pci = ClassModel(
        "PCI",
        "A PCI device of a host.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("class_id", .string, .constructor, isInternal: true, default: "", doc: "PCI class, in hexadecimal."),
            Field("class_name", .string, .constructor, default: "", doc: "PCI class, in words."),
            Field("vendor_id", .string, .constructor, isInternal: true, default: "", doc: "Vendor, in hexadecimal."),
            Field("vendor_name", .string, .constructor, default: "", doc: "Vendor, in words."),
            Field("device_id", .string, .constructor, isInternal: true, default: "", doc: "Device, in hexadecimal."),
            Field("device_name", .string, .constructor, default: "", doc: "Device, in words."),
            Field(
                "host",
                .ref("host"),
                .constructor,
                default: "OpaqueRef:NULL",
                doc: "The host that the device sits in."
            ),
            Field("pci_id", .string, .constructor, default: "", doc: "Bus address of the device."),
            Field(
                "functions",
                .int,
                isInternal: true,
                default: "1",
                doc: "How many physical functions the device has."
            ),
            Field("attached_VMs", .set(.ref("VM")), isInternal: true, doc: "The VMs that have the device now."),
            Field(
                "dependencies",
                .set(.ref("PCI")),
                doc: "Devices that must be passed through together with this one."
            ),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ]
    )
}
