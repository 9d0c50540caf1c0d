extension ClassModel {
    /// The fields of `VM`.
    static let vmFields: [Field] = [
        Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
        Field(
            "allowed_operations",
            .set(.enumeration(.vmOperations)),
            isPersisted: false,
            doc: "Operations that may be started now; advisory, since it may change at any time."
        ),
        Field(
            "current_operations",
            .map(.string, .enumeration(.vmOperations)),
            isPersisted: false,
            doc: "Operations that run now, by the reference of their task."
        ),
        Field("power_state", .enumeration(.vmPowerState), doc: "Whether it runs."),
        Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
        Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
        Field("user_version", .int, .readWrite, doc: "Version number for the user's own use."),
        Field(
            "is_a_template",
            .bool,
            .readWrite,
            doc: "Whether it is a template, which never starts; true for snapshots too."
        ),
        Field("suspend_VDI", .ref("VDI"), doc: "The disk that holds its memory while it is suspended."),
        Field("resident_on", .ref("host"), doc: "The host that it runs on; null where it does not run."),
        Field(
            "scheduled_to_be_resident_on",
            .ref("host"),
            isInternal: true,
            doc: "The host that has memory set aside for its start, resume or arrival."
        ),
        Field(
            "affinity",
            .ref("host"),
            .readWrite,
            role: .vmPowerAdmin,
            doc: "The host that it should start on where possible; a hint."
        ),
        Field("memory__overhead", .int, default: "0", doc: "Memory that its virtualisation needs on top, in bytes."),
        Field("memory__target", .int, .constructor, default: "0", doc: "Memory that it should have now, in bytes."),
        Field(
            "memory__static_max",
            .int,
            .constructor,
            doc: "Most memory that it can ever have, in bytes; a change takes effect at the next start."
        ),
        Field("memory__dynamic_max", .int, .constructor, doc: "Most memory that it may have while it runs, in bytes."),
        Field(
            "memory__dynamic_min",
            .int,
            .constructor,
            doc: "Least memory that it may be squeezed to while it runs, in bytes."
        ),
        Field("memory__static_min", .int, .constructor, doc: "Least memory that it can start with, in bytes."),
        Field(
            "VCPUs__params",
            .map(.string, .string),
            .readWrite,
            doc: "Parameters of the virtual CPUs, such as `weight`, `cap` and `mask`."
        ),
        Field("VCPUs__max", .int, .constructor, doc: "Most virtual CPUs that it can have."),
        Field("VCPUs__at_startup", .int, .constructor, doc: "Virtual CPUs that it starts with."),
        Field(
            "actions__after_shutdown",
            .enumeration(.onNormalExit),
            .readWrite,
            doc: "What happens once the guest has shut down."
        ),
        Field(
            "actions__after_reboot",
            .enumeration(.onNormalExit),
            .readWrite,
            doc: "What happens once the guest has rebooted."
        ),
        Field(
            "actions__after_crash",
            .enumeration(.onCrashBehaviour),
            .readWrite,
            doc: "What happens once the guest has crashed."
        ),
        Field("consoles", .set(.ref("console")), doc: "Its consoles."),
        Field("VIFs", .set(.ref("VIF")), doc: "Its network interfaces."),
        Field("VBDs", .set(.ref("VBD")), doc: "Its disks and CD drives."),
        Field("crash_dumps", .set(.ref("crashdump")), doc: "Its crash dumps."),
        Field("VTPMs", .set(.ref("VTPM")), doc: "Its virtual TPMs."),
        Field("PV__bootloader", .string, .readWrite, doc: "Boot loader of a paravirtual guest, such as `pygrub`."),
        Field("PV__kernel", .string, .readWrite, doc: "Path of a paravirtual guest's kernel."),
        Field("PV__ramdisk", .string, .readWrite, doc: "Path of a paravirtual guest's initial RAM disk."),
        Field("PV__args", .string, .readWrite, doc: "Kernel command line of a paravirtual guest."),
        Field("PV__bootloader_args", .string, .readWrite, doc: "Arguments of the boot loader."),
        Field("PV__legacy_args", .string, .readWrite, doc: "Kernel command line for guests of the first generation."),
        Field(
            "HVM__boot_policy",
            .string,
            .readWrite,
            doc: "Empty for a paravirtual guest, else how a hardware-virtualised guest boots."
        ),
        Field(
            "HVM__boot_params",
            .map(.string, .string),
            .readWrite,
            doc: "Parameters of the boot policy, such as `order`."
        ),
        Field(
            "HVM__shadow_multiplier",
            .float,
            .constructor,
            default: "1.",
            doc: "Factor by which the guest's shadow memory is larger than the default."
        ),
        Field("platform", .map(.string, .string), .readWrite, doc: "Settings of the virtual hardware, such as `acpi`."),
        Field("PCI_bus", .string, .readWrite, doc: "PCI devices that are passed through."),
        Field(
            "other_config",
            .map(.string, .string),
            .readWrite,
            keyRoles: ["folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator],
            doc: "Free keys and values for clients."
        ),
        Field("domid", .int, doc: "Xen's number for the running domain; -1 where there is none."),
        Field("domarch", .string, doc: "Architecture of the running domain."),
        Field("last_boot_CPU_flags", .map(.string, .string), doc: "Features of the CPU that it last started on."),
        Field("is_control_domain", .bool, doc: "Whether it is a host's control domain, which is never migrated."),
        Field("metrics", .ref("VM_metrics"), doc: "Figures on the running VM."),
        Field("guest_metrics", .ref("VM_guest_metrics"), doc: "What the agent in the guest reports."),
        Field("last_booted_record", .string, default: "", doc: "Its record as it was at its last start, marshalled."),
        Field("recommendations", .string, .readWrite, doc: "Limits that the template's maker recommends, in XML."),
        Field(
            "xenstore_data",
            .map(.string, .string),
            .readWrite,
            default: "()",
            doc: "Keys and values that are put into xenstore."
        ),
        Field("ha_always_run", .bool, .constructor, default: "false", doc: "Whether HA keeps it running."),
        Field(
            "ha_restart_priority",
            .string,
            .constructor,
            default: "",
            doc: "What HA does when its host fails: `restart`, `best-effort`, or empty for nothing."
        ),
        Field("is_a_snapshot", .bool, default: "false", doc: "Whether it is a snapshot."),
        Field("snapshot_of", .ref("VM"), default: "", doc: "The VM that it is a snapshot of."),
        Field("snapshots", .set(.ref("VM")), doc: "Its snapshots."),
        Field("snapshot_time", .datetime, default: "19700101T00:00:00Z", doc: "When the snapshot was taken."),
        Field("transportable_snapshot_id", .string, default: "", doc: "Id by which the guest's snapshot can be moved."),
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
            "blocked_operations",
            .map(.enumeration(.vmOperations), .string),
            .readWrite,
            default: "()",
            doc: "Operations that must not be done, each with the error code to give."
        ),
        Field("snapshot_info", .map(.string, .string), default: "()", doc: "What the snapshot is, for people to read."),
        Field(
            "snapshot_metadata",
            .string,
            default: "",
            doc: "Metadata of the VM as it was when the snapshot was taken, marshalled."
        ),
        Field("parent", .ref("VM"), default: "", doc: "The snapshot that its disks descend from."),
        Field("children", .set(.ref("VM")), doc: "The VMs whose disks descend from it."),
        Field("bios_strings", .map(.string, .string), default: "()", doc: "BIOS strings, by name."),
        Field(
            "protection_policy",
            .ref("VMPP"),
            .constructor,
            default: "OpaqueRef:NULL",
            doc: "The policy by which it is backed up."
        ),
        Field(
            "is_snapshot_from_vmpp",
            .bool,
            .constructor,
            default: "false",
            doc: "Whether a protection policy took this snapshot."
        ),
        Field(
            "appliance",
            .ref("VM_appliance"),
            .constructor,
            default: "OpaqueRef:NULL",
            doc: "The appliance that it is a part of."
        ),
        Field(
            "start_delay",
            .int,
            .constructor,
            default: "0",
            doc: "Seconds to wait after its start before the next in order starts."
        ),
        Field(
            "shutdown_delay",
            .int,
            .constructor,
            default: "0",
            doc: "Seconds to wait after its shutdown before the next in order shuts down."
        ),
        Field(
            "order",
            .int,
            .constructor,
            default: "0",
            doc: "Place in the starting order of its appliance, or of HA; lower ones start first."
        ),
        Field("VGPUs", .set(.ref("VGPU")), doc: "Its virtual GPUs."),
        Field("attached_PCIs", .set(.ref("PCI")), doc: "The PCI devices that it has now."),
        Field(
            "suspend_SR",
            .ref("SR"),
            .readWrite,
            default: "OpaqueRef:NULL",
            doc: "The storage repository that its memory is saved in when it is suspended."
        ),
        Field("version", .int, .constructor, default: "0", doc: "How many times the VM has been recovered."),
    ]
}
