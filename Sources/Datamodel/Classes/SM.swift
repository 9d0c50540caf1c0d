extension ClassModel {
    /// `SM`: a storage driver that the hosts know.
    static let sm = ClassModel(
        "SM",
        "A storage driver that the hosts know.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("name__label", .string, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, default: "", doc: "Notes for people to read."),
            Field("type", .string, doc: "The storage type that it drives, such as `nfs`."),
            Field("vendor", .string, doc: "Who made the driver."),
            Field("copyright", .string, doc: "Copyright line of the driver."),
            Field("version", .string, doc: "Version of the driver."),
            Field("required_api_version", .string, doc: "Version of the storage interface that the driver needs."),
            Field(
                "configuration",
                .map(.string, .string),
                doc: "Names and descriptions of the device-config keys that it takes."
            ),
            Field("capabilities", .set(.string), default: "()", doc: "What the driver can do."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field("driver_filename", .string, default: "", doc: "File name of the driver."),
        ]
    )
}
