extension ClassModel {
    /// The fields of `pool`.
    static let poolFields: [Field] = [
        Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
        Field("name_label", .string, .readWrite, doc: "Name of the pool."),
        Field("name_description", .string, .readWrite, doc: "Notes on the pool."),
        Field("master", .ref("host"), doc: "The host that keeps the database and answers calls."),
        Field("default_SR", .ref("SR"), .readWrite, doc: "Where new virtual disks go unless told otherwise."),
        Field(
            "suspend_image_SR",
            .ref("SR"),
            .readWrite,
            doc: "Where the memory of suspended VMs is kept unless told otherwise."
        ),
        Field("crash_dump_SR", .ref("SR"), .readWrite, doc: "Where crash dumps are kept unless told otherwise."),
        Field(
            "other_config",
            .map(.string, .string),
            .readWrite,
            keyRoles: ["folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator, "EMPTY_FOLDERS": .vmOperator],
            doc: "Free keys and values for clients."
        ),
        Field("ha_enabled", .bool, default: "false", doc: "Whether high availability is on."),
        Field("ha_configuration", .map(.string, .string), default: "()", doc: "Settings of high availability."),
        Field(
            "ha_statefiles",
            .set(.string),
            default: "()",
            doc: "The disks that high availability keeps its state on."
        ),
        Field(
            "ha_host_failures_to_tolerate",
            .int,
            default: "0",
            doc: "How many host failures the pool shall survive."
        ),
        Field("ha_plan_exists_for", .int, default: "0", doc: "How many host failures the pool would survive now."),
        Field(
            "ha_allow_overcommit",
            .bool,
            .readWrite,
            default: "false",
            doc: "Whether changes that break the failover plan are let through."
        ),
        Field(
            "ha_overcommitted",
            .bool,
            default: "false",
            doc: "Whether the pool would not survive as many host failures as it shall."
        ),
        Field(
            "blobs",
            .map(.string, .ref("blob")),
            default: "()",
            doc: "Binary data that clients have attached, by name."
        ),
        Field(
            "tags",
            .set(.string),
            .readWrite,
            default: "()",
            role: .vmOperator,
            doc: "Free words by which clients group objects."
        ),
        Field(
            "gui_config",
            .map(.string, .string),
            .readWrite,
            default: "()",
            role: .vmOperator,
            doc: "Settings of graphical clients."
        ),
        Field("wlb_url", .string, default: "", doc: "Address of the workload balancing server."),
        Field("wlb_username", .string, default: "", doc: "User on the workload balancing server."),
        Field("wlb_password", .ref("secret"), isInternal: true, doc: "Password on the workload balancing server."),
        Field(
            "wlb_enabled",
            .bool,
            .readWrite,
            default: "false",
            doc: "Whether workload balancing is asked for advice."
        ),
        Field(
            "wlb_verify_cert",
            .bool,
            .readWrite,
            default: "false",
            doc: "Whether the workload balancing server's certificate is checked."
        ),
        Field(
            "redo_log_enabled",
            .bool,
            default: "false",
            doc: "Whether database changes are also logged to shared storage."
        ),
        Field("redo_log_vdi", .ref("VDI"), default: "OpaqueRef:NULL", doc: "The disk that they are logged to."),
        Field("vswitch_controller", .string, default: "", doc: "Address of the virtual switch controller."),
        Field("restrictions", .map(.string, .string), default: "()", doc: "Features that the licence withholds."),
        Field("metadata_VDIs", .set(.ref("VDI")), doc: "The disks that hold the pool's metadata."),
    ]
}
