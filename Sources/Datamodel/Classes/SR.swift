extension ClassModel {
    /// `SR`: a storage repository: a place where virtual disks are kept.
    static let sr = ClassModel(
        "SR",
        "A storage repository: a place where virtual disks are kept.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "name__label",
                .string,
                .constructor,
                default: "",
                doc: "Name for people to read; need not be unique."
            ),
            Field("name__description", .string, .constructor, default: "", doc: "Notes for people to read."),
            Field(
                "allowed_operations",
                .set(.enumeration(.storageOperations)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.storageOperations)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("VDIs", .set(.ref("VDI")), doc: "The virtual disks in it."),
            Field("PBDs", .set(.ref("PBD")), doc: "Its connections to hosts."),
            Field("virtual_allocation", .int, doc: "Sum of the virtual disks' sizes, in bytes."),
            Field("physical_utilisation", .int, doc: "Space in use, in bytes."),
            Field("physical_size", .int, .constructor, doc: "Whole space, in bytes."),
            Field("type", .string, .constructor, doc: "Storage driver that runs it, such as `nfs` or `lvm`."),
            Field("content_type", .string, .constructor, doc: "What it holds, such as `user` or `iso`."),
            Field("shared", .bool, doc: "Whether several hosts can be connected to it, so that its VMs can migrate."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                keyRoles: ["folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator],
                doc: "Free keys and values for clients."
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
                "default_vdi_visibility",
                .bool,
                isInternal: true,
                doc: "Whether new virtual disks are shown to clients."
            ),
            Field(
                "sm_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Keys and values that belong to the storage driver."
            ),
            Field(
                "blobs",
                .map(.string, .ref("blob")),
                default: "()",
                doc: "Binary data that clients have attached, by name."
            ),
            Field("local_cache_enabled", .bool, default: "false", doc: "Whether it is a host's local cache."),
            Field(
                "introduced_by",
                .ref("DR_task"),
                default: "OpaqueRef:NULL",
                doc: "The disaster recovery that introduced it."
            ),
        ],
        messages: [
            Message(
                "create",
                [
                    "host": .ref("host"), "device_config": .map(.string, .string), "physical_size": .int,
                    "name_label": .string, "name_description": .string, "type": .string, "content_type": .string,
                    "shared": .bool,
                ],
                optional: ["sm_config": .map(.string, .string)],
                returns: .ref("SR"),
                role: .poolOperator,
                doc: "Makes a storage repository and connects the hosts to it."
            ),
            Message(
                "introduce",
                [
                    "uuid": .string, "name_label": .string, "name_description": .string, "type": .string,
                    "content_type": .string, "shared": .bool,
                ],
                optional: ["sm_config": .map(.string, .string)],
                returns: .ref("SR"),
                role: .poolOperator,
                doc: "Records a storage repository that already exists."
            ),
            Message(
                "make",
                [
                    "host": .ref("host"), "device_config": .map(.string, .string), "physical_size": .int,
                    "name_label": .string, "name_description": .string, "type": .string, "content_type": .string,
                ],
                optional: ["sm_config": .map(.string, .string)],
                returns: .string,
                role: .poolOperator,
                doc: "Makes a storage repository on disk only."
            ),
            Message(
                "destroy",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Destroys the storage repository and all that is in it."
            ),
            Message(
                "forget",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Removes it from the database and leaves the thing itself alone."
            ),
            Message("update", ["sr": .ref("SR")], role: .poolOperator, doc: "Reads sizes anew from the storage."),
            Message(
                "get_supported_types",
                returns: .set(.string),
                async: false,
                role: .readOnly,
                doc: "Lists the storage types that can be made."
            ),
            Message(
                "scan",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Reads the virtual disks anew from the storage."
            ),
            Message(
                "probe",
                ["host": .ref("host"), "device_config": .map(.string, .string), "type": .string],
                optional: ["sm_config": .map(.string, .string)],
                returns: .string,
                role: .poolOperator,
                doc: "Looks for storage that matches the settings; the answer is the driver's XML."
            ),
            Message(
                "set_shared",
                ["sr": .ref("SR"), "value": .bool],
                role: .poolOperator,
                doc: "Says whether several hosts may connect."
            ),
            Message("set_name_label", ["sr": .ref("SR"), "value": .string], role: .poolOperator, doc: "Renames it."),
            Message(
                "set_name_description",
                ["sr": .ref("SR"), "value": .string],
                role: .poolOperator,
                doc: "Rewrites its notes."
            ),
            Message(
                "create_new_blob",
                ["sr": .ref("SR"), "name": .string, "mime_type": .string],
                returns: .ref("blob"),
                role: .poolOperator,
                doc: "Attaches a place for binary data."
            ),
            Message(
                "set_physical_size",
                ["self": .ref("SR"), "value": .int],
                async: false,
                role: .poolOperator,
                doc: "Records the whole space."
            ),
            Message(
                "set_virtual_allocation",
                ["self": .ref("SR"), "value": .int],
                async: false,
                role: .poolOperator,
                doc: "Records the sum of the virtual disks' sizes."
            ),
            Message(
                "set_physical_utilisation",
                ["self": .ref("SR"), "value": .int],
                async: false,
                role: .poolOperator,
                doc: "Records the space in use."
            ),
            Message(
                "assert_can_host_ha_statefile",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Fails where HA cannot keep its state here."
            ),
            Message(
                "assert_supports_database_replication",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Fails where the database cannot be copied here."
            ),
            Message(
                "enable_database_replication",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Begins to copy the database here."
            ),
            Message(
                "disable_database_replication",
                ["sr": .ref("SR")],
                role: .poolOperator,
                doc: "Ceases to copy the database here."
            ),
        ]
    )
}
