extension ClassModel {
    /// The messages of `VM` that act on the VM itself.
    static let vmMessages: [Message] = [
        Message(
            "snapshot",
            ["vm": .ref("VM"), "new_name": .string],
            returns: .ref("VM"),
            role: .vmPowerAdmin,
            doc: "Takes a snapshot of its disks."
        ),
        Message(
            "snapshot_with_quiesce",
            ["vm": .ref("VM"), "new_name": .string],
            returns: .ref("VM"),
            role: .vmPowerAdmin,
            doc: "Takes a snapshot once the guest has flushed its disks."
        ),
        Message(
            "clone",
            ["vm": .ref("VM"), "new_name": .string],
            returns: .ref("VM"),
            role: .vmAdmin,
            doc: "Makes a copy that shares disk blocks where the storage can."
        ),
        Message(
            "copy",
            ["vm": .ref("VM"), "new_name": .string, "sr": .ref("SR")],
            returns: .ref("VM"),
            role: .vmAdmin,
            doc: "Makes a full copy in a storage repository."
        ),
        Message(
            "revert",
            ["snapshot": .ref("VM")],
            role: .vmPowerAdmin,
            doc: "Puts the VM back to the state of the snapshot."
        ),
        Message(
            "checkpoint",
            ["vm": .ref("VM"), "new_name": .string],
            returns: .ref("VM"),
            role: .vmPowerAdmin,
            doc: "Takes a snapshot of its disks and memory."
        ),
        Message("provision", ["vm": .ref("VM")], role: .vmAdmin, doc: "Makes the disks that the template calls for."),
        Message(
            "start",
            ["vm": .ref("VM"), "start_paused": .bool, "force": .bool],
            role: .vmOperator,
            doc: "Starts it on a host that fits."
        ),
        Message(
            "start_on",
            ["vm": .ref("VM"), "host": .ref("host"), "start_paused": .bool, "force": .bool],
            role: .vmPowerAdmin,
            doc: "Starts it on the given host."
        ),
        Message("pause", ["vm": .ref("VM")], role: .vmOperator, doc: "Stops its CPUs and keeps its memory."),
        Message("unpause", ["vm": .ref("VM")], role: .vmOperator, doc: "Lets its CPUs run again."),
        Message(
            "clean_shutdown",
            ["vm": .ref("VM")],
            role: .vmOperator,
            doc: "Asks the guest to shut down, and waits for it."
        ),
        Message(
            "clean_reboot",
            ["vm": .ref("VM")],
            role: .vmOperator,
            doc: "Asks the guest to reboot, and waits for it."
        ),
        Message("hard_shutdown", ["vm": .ref("VM")], role: .vmOperator, doc: "Stops it at once."),
        Message(
            "power_state_reset",
            ["vm": .ref("VM")],
            role: .poolOperator,
            doc: "Records it as halted, whatever it does; for VMs on a host that is dead."
        ),
        Message("hard_reboot", ["vm": .ref("VM")], role: .vmOperator, doc: "Stops it at once and starts it again."),
        Message("suspend", ["vm": .ref("VM")], role: .vmOperator, doc: "Saves its memory to disk and stops it."),
        Message(
            "csvm",
            ["vm": .ref("VM")],
            returns: .ref("VM"),
            role: .vmAdmin,
            doc: "Makes a copy of a suspended VM."
        ),
        Message(
            "resume",
            ["vm": .ref("VM"), "start_paused": .bool, "force": .bool],
            role: .vmOperator,
            doc: "Brings back a suspended VM on a host that fits."
        ),
        Message(
            "hard_reboot_internal",
            ["vm": .ref("VM")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Carries out a hard reboot on the host."
        ),
        Message(
            "resume_on",
            ["vm": .ref("VM"), "host": .ref("host"), "start_paused": .bool, "force": .bool],
            role: .vmPowerAdmin,
            doc: "Brings back a suspended VM on the given host."
        ),
        Message(
            "pool_migrate",
            ["vm": .ref("VM"), "host": .ref("host"), "options": .map(.string, .string)],
            role: .vmPowerAdmin,
            doc: "Moves it to another host of the pool while it runs."
        ),
        Message(
            "send_sysrq",
            ["vm": .ref("VM"), "key": .string],
            role: .poolAdmin,
            doc: "Sends a system request key."
        ),
        Message("send_trigger", ["vm": .ref("VM"), "trigger": .string], role: .poolAdmin, doc: "Sends a trigger."),
        Message(
            "migrate",
            ["vm": .ref("VM"), "dest": .string, "live": .bool, "options": .map(.string, .string)],
            role: .vmPowerAdmin,
            doc: "Moves it to a host of another pool."
        ),
        Message(
            "record_data_source",
            ["self": .ref("VM"), "data_source": .string],
            async: false,
            role: .vmAdmin,
            doc: "Begins to keep a figure."
        ),
        Message(
            "query_data_source",
            ["self": .ref("VM"), "data_source": .string],
            returns: .float,
            async: false,
            role: .readOnly,
            doc: "Reads a figure now."
        ),
        Message(
            "forget_data_source_archives",
            ["self": .ref("VM"), "data_source": .string],
            async: false,
            role: .vmAdmin,
            doc: "Drops what was kept of a figure."
        ),
        Message(
            "assert_operation_valid",
            ["self": .ref("VM"), "op": .enumeration(.vmOperations)],
            role: .poolAdmin,
            doc: "Fails where the operation cannot be started now."
        ),
        Message(
            "update_allowed_operations",
            ["self": .ref("VM")],
            role: .poolAdmin,
            doc: "Works out the allowed operations anew."
        ),
        Message(
            "assert_can_boot_here",
            ["self": .ref("VM"), "host": .ref("host")],
            role: .readOnly,
            doc: "Fails where it could not start on the host."
        ),
        Message(
            "atomic_set_resident_on",
            ["vm": .ref("VM"), "host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Records that it runs on the host and drops the memory set aside for it."
        ),
        Message(
            "create_new_blob",
            ["vm": .ref("VM"), "name": .string, "mime_type": .string],
            returns: .ref("blob"),
            role: .vmPowerAdmin,
            doc: "Attaches a place for binary data."
        ),
        Message("s3_suspend", ["vm": .ref("VM")], role: .vmOperator, doc: "Puts the guest to sleep in memory."),
        Message("s3_resume", ["vm": .ref("VM")], role: .vmOperator, doc: "Wakes the guest."),
        Message(
            "assert_agile",
            ["self": .ref("VM")],
            role: .readOnly,
            doc: "Fails where it depends on something that only one host has."
        ),
        Message(
            "update_snapshot_metadata",
            [
                "vm": .ref("VM"), "snapshot_of": .ref("VM"), "snapshot_time": .datetime,
                "transportable_snapshot_id": .string,
            ],
            role: .poolOperator,
            doc: "Records what a snapshot is of."
        ),
        Message(
            "retrieve_wlb_recommendations",
            ["vm": .ref("VM")],
            returns: .map(.ref("host"), .set(.string)),
            role: .readOnly,
            doc: "Asks workload balancing how well each host fits."
        ),
        Message(
            "copy_bios_strings",
            ["vm": .ref("VM"), "host": .ref("host")],
            role: .vmAdmin,
            doc: "Takes over a host's BIOS strings."
        ),
        Message(
            "assert_can_be_recovered",
            ["self": .ref("VM"), "session_to": .ref("session")],
            role: .readOnly,
            doc: "Fails where it cannot be recovered into that session's pool."
        ),
        Message(
            "recover",
            ["self": .ref("VM"), "session_to": .ref("session"), "force": .bool],
            role: .readOnly,
            doc: "Recovers it into that session's pool."
        ),
    ]
}
