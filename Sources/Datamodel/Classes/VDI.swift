extension ClassModel {
    /// `VDI`: a virtual disk, kept in a storage repository.
    static let vdi = ClassModel(
        "VDI",
        "A virtual disk, kept in a storage repository.",
        isConstructible: true,
        role: .vmAdmin,
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
                .set(.enumeration(.vdiOperations)),
                isPersisted: false,
                doc: "Operations that may be started now; advisory, since it may change at any time."
            ),
            Field(
                "current_operations",
                .map(.string, .enumeration(.vdiOperations)),
                isPersisted: false,
                doc: "Operations that run now, by the reference of their task."
            ),
            Field("SR", .ref("SR"), .constructor, doc: "The storage repository that it lies in."),
            Field("VBDs", .set(.ref("VBD")), doc: "The devices through which VMs use it."),
            Field("crash_dumps", .set(.ref("crashdump")), doc: "The crash dumps that it holds."),
            Field("virtual_size", .int, .constructor, doc: "Size that the guest sees, in bytes."),
            Field("physical_utilisation", .int, doc: "Space that it takes in its repository, in bytes."),
            Field("type", .enumeration(.vdiType), .constructor, doc: "What it is for."),
            Field("sharable", .bool, .constructor, doc: "Whether several VMs may use it at once."),
            Field("read_only", .bool, .constructor, doc: "Whether it may never be written to."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                keyRoles: ["folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator],
                doc: "Free keys and values for clients."
            ),
            Field("storage_lock", .bool, doc: "Whether storage has locked it for an operation."),
            Field("location", .string, default: "", doc: "Name that the storage driver knows it by."),
            Field("managed", .bool, doc: "Whether the server manages it, rather than merely seeing it."),
            Field("missing", .bool, doc: "Whether the last scan did not find it."),
            Field("parent", .ref("VDI"), doc: "The virtual disk that it depends on."),
            Field(
                "xenstore_data",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Keys and values that are put into xenstore."
            ),
            Field(
                "sm_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Keys and values that belong to the storage driver."
            ),
            Field("is_a_snapshot", .bool, default: "false", doc: "Whether it is a snapshot."),
            Field("snapshot_of", .ref("VDI"), default: "", doc: "The virtual disk that it is a snapshot of."),
            Field("snapshots", .set(.ref("VDI")), doc: "Its snapshots."),
            Field("snapshot_time", .datetime, default: "19700101T00:00:00Z", doc: "When the snapshot was taken."),
            Field(
                "tags",
                .set(.string),
                .readWrite,
                default: "()",
                role: .vmOperator,
                doc: "Free words by which clients group objects."
            ),
            Field("allow_caching", .bool, default: "false", doc: "Whether hosts may cache it locally."),
            Field(
                "on_boot",
                .enumeration(.onBoot),
                default: "persist",
                doc: "What becomes of its content when the VM starts."
            ),
            Field(
                "metadata_of_pool",
                .ref("pool"),
                default: "OpaqueRef:NULL",
                doc: "The pool whose metadata it holds."
            ),
            Field("metadata_latest", .bool, default: "false", doc: "Whether its metadata is the newest there is."),
        ],
        messages: [
            Message(
                "snapshot",
                ["vdi": .ref("VDI")],
                optional: ["driver_params": .map(.string, .string)],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Takes a snapshot."
            ),
            Message(
                "clone",
                ["vdi": .ref("VDI")],
                optional: ["driver_params": .map(.string, .string)],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Makes a copy, without copying all the data where the storage can."
            ),
            Message("resize", ["vdi": .ref("VDI"), "size": .int], role: .vmAdmin, doc: "Changes its size."),
            Message(
                "resize_online",
                ["vdi": .ref("VDI"), "size": .int],
                role: .vmAdmin,
                doc: "Changes its size while a VM uses it."
            ),
            Message(
                "introduce",
                [
                    "uuid": .string, "name_label": .string, "name_description": .string, "SR": .ref("SR"),
                    "type": .enumeration(.vdiType), "sharable": .bool, "read_only": .bool,
                    "other_config": .map(.string, .string), "location": .string,
                ],
                optional: ["xenstore_data": .map(.string, .string), "sm_config": .map(.string, .string)],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Records a virtual disk that already exists."
            ),
            Message(
                "pool_introduce",
                [
                    "uuid": .string, "name_label": .string, "name_description": .string, "SR": .ref("SR"),
                    "type": .enumeration(.vdiType), "sharable": .bool, "read_only": .bool,
                    "other_config": .map(.string, .string), "location": .string,
                ],
                optional: ["xenstore_data": .map(.string, .string), "sm_config": .map(.string, .string)],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Records an object of a joining host."
            ),
            Message(
                "db_introduce",
                [
                    "uuid": .string, "name_label": .string, "name_description": .string, "SR": .ref("SR"),
                    "type": .enumeration(.vdiType), "sharable": .bool, "read_only": .bool,
                    "other_config": .map(.string, .string), "location": .string,
                ],
                optional: ["xenstore_data": .map(.string, .string), "sm_config": .map(.string, .string)],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Records the object in the database only."
            ),
            Message(
                "db_forget",
                ["vdi": .ref("VDI")],
                role: .vmAdmin,
                doc: "Removes the object from the database only."
            ),
            Message("update", ["vdi": .ref("VDI")], role: .vmAdmin, doc: "Reads its size anew from the storage."),
            Message(
                "copy",
                ["vdi": .ref("VDI"), "sr": .ref("SR")],
                returns: .ref("VDI"),
                role: .vmAdmin,
                doc: "Copies it to another storage repository."
            ),
            Message("force_unlock", ["vdi": .ref("VDI")], role: .vmAdmin, doc: "Breaks its lock."),
            Message(
                "set_managed",
                ["self": .ref("VDI"), "value": .bool],
                async: false,
                role: .vmAdmin,
                doc: "Records whether the server manages it."
            ),
            Message(
                "forget",
                ["vdi": .ref("VDI")],
                role: .vmAdmin,
                doc: "Removes it from the database and leaves the thing itself alone."
            ),
            Message(
                "set_sharable",
                ["self": .ref("VDI"), "value": .bool],
                async: false,
                role: .vmAdmin,
                doc: "Says whether several VMs may use it at once."
            ),
            Message(
                "set_read_only",
                ["self": .ref("VDI"), "value": .bool],
                async: false,
                role: .vmAdmin,
                doc: "Says whether it may never be written to."
            ),
            Message(
                "set_missing",
                ["self": .ref("VDI"), "value": .bool],
                async: false,
                role: .vmAdmin,
                doc: "Records whether the last scan found it."
            ),
            Message(
                "set_virtual_size",
                ["self": .ref("VDI"), "value": .int],
                async: false,
                role: .vmAdmin,
                doc: "Records the size that the guest sees."
            ),
            Message(
                "set_physical_utilisation",
                ["self": .ref("VDI"), "value": .int],
                async: false,
                role: .vmAdmin,
                doc: "Records the space that it takes."
            ),
            Message(
                "set_is_a_snapshot",
                ["self": .ref("VDI"), "value": .bool],
                async: false,
                role: .vmAdmin,
                doc: "Records whether it is a snapshot."
            ),
            Message(
                "set_snapshot_of",
                ["self": .ref("VDI"), "value": .ref("VDI")],
                async: false,
                role: .vmAdmin,
                doc: "Records what it is a snapshot of."
            ),
            Message(
                "set_snapshot_time",
                ["self": .ref("VDI"), "value": .datetime],
                async: false,
                role: .vmAdmin,
                doc: "Records when the snapshot was taken."
            ),
            Message(
                "set_metadata_of_pool",
                ["self": .ref("VDI"), "value": .ref("pool")],
                async: false,
                role: .vmAdmin,
                doc: "Records the pool whose metadata it holds."
            ),
            Message("set_name_label", ["self": .ref("VDI"), "value": .string], role: .vmAdmin, doc: "Renames it."),
            Message(
                "set_name_description",
                ["self": .ref("VDI"), "value": .string],
                role: .vmAdmin,
                doc: "Rewrites its notes."
            ),
            Message(
                "generate_config",
                ["host": .ref("host"), "vdi": .ref("VDI")],
                returns: .string,
                role: .vmAdmin,
                doc: "Writes settings by which another host can attach it."
            ),
            Message(
                "set_on_boot",
                ["self": .ref("VDI"), "value": .enumeration(.onBoot)],
                role: .vmAdmin,
                doc: "Says what becomes of its content when the VM starts."
            ),
            Message(
                "set_allow_caching",
                ["self": .ref("VDI"), "value": .bool],
                role: .vmAdmin,
                doc: "Says whether hosts may cache it."
            ),
            Message(
                "open_database",
                ["self": .ref("VDI")],
                returns: .ref("session"),
                role: .poolOperator,
                doc: "Opens the pool database on it and logs in."
            ),
            Message(
                "checksum",
                ["self": .ref("VDI")],
                returns: .string,
                role: .vmAdmin,
                doc: "Computes a checksum over it."
            ),
            Message(
                "read_database_pool_uuid",
                ["self": .ref("VDI")],
                returns: .string,
                role: .readOnly,
                doc: "Reads which pool the database on it belongs to."
            ),
        ]
    )
}
