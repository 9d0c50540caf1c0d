extension ErrorModel {
    /// Errors on virtual machines.
    static let ofVMs: [ErrorModel] = [
        ErrorModel("BOOTLOADER_FAILED", ["vm", "msg"], description: "The boot loader of the VM failed."),
        ErrorModel(
            "CANNOT_RESET_CONTROL_DOMAIN",
            ["vm"],
            description: "The power state of a control domain cannot be reset."
        ),
        ErrorModel(
            "DOMAIN_BUILDER_ERROR",
            ["function", "code", "message"],
            description: "The domain of the VM could not be built."
        ),
        ErrorModel("DOMAIN_EXISTS", ["vm", "domid"], description: "A domain for this VM still exists on the host."),
        ErrorModel(
            "FEATURE_REQUIRES_HVM",
            ["details"],
            description: "The VM uses a feature that needs hardware virtualisation, which this host lacks."
        ),
        ErrorModel("GPU_GROUP_CONTAINS_PGPU", ["pgpus"], description: "The GPU group still holds physical GPUs."),
        ErrorModel("GPU_GROUP_CONTAINS_VGPU", ["vgpus"], description: "The GPU group still serves virtual GPUs."),
        ErrorModel("IMPORT_ERROR", ["msg"], description: "The VM could not be imported."),
        ErrorModel(
            "IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND",
            description: "The VM could not be imported: its disks were not found."
        ),
        ErrorModel(
            "IMPORT_ERROR_CANNOT_HANDLE_CHUNKED",
            description: "The VM could not be imported: chunked uploads are not understood."
        ),
        ErrorModel(
            "IMPORT_ERROR_FAILED_TO_FIND_OBJECT",
            ["id"],
            description: "The VM could not be imported: an object that it needs is missing."
        ),
        ErrorModel("IMPORT_ERROR_PREMATURE_EOF", description: "The VM could not be imported: the file ends too early."),
        ErrorModel(
            "IMPORT_ERROR_SOME_CHECKSUMS_FAILED",
            description: "The VM could not be imported: checksums do not match."
        ),
        ErrorModel(
            "IMPORT_ERROR_UNEXPECTED_FILE",
            ["filename_expected", "filename_found"],
            description: "The VM could not be imported: the archive holds an unexpected file."
        ),
        ErrorModel(
            "IMPORT_INCOMPATIBLE_VERSION",
            description: "The file comes from a version that cannot be imported."
        ),
        ErrorModel(
            "PROVISION_FAILED_OUT_OF_SPACE",
            description: "There is not enough space for the disks of the new VM."
        ),
        ErrorModel("PROVISION_ONLY_ALLOWED_ON_TEMPLATE", description: "Only a template can be provisioned."),
        ErrorModel("UNKNOWN_BOOTLOADER", ["vm", "bootloader"], description: "The VM's boot loader is unknown."),
        ErrorModel(
            "VMPP_ARCHIVE_MORE_FREQUENT_THAN_BACKUP",
            description: "Snapshots cannot be archived more often than they are taken."
        ),
        ErrorModel("VMPP_HAS_VM", description: "The protection policy still has VMs."),
        ErrorModel(
            "VMS_FAILED_TO_COOPERATE",
            description: "Some VMs did not give back memory when they were asked to."
        ),
        ErrorModel(
            "VM_ATTACHED_TO_MORE_THAN_ONE_VDI_WITH_TIMEOFFSET_MARKED_AS_RESET_ON_BOOT",
            ["vm"],
            description: "More than one disk of the VM resets its clock at boot."
        ),
        ErrorModel(
            "VM_BAD_POWER_STATE",
            ["vm", "expected", "actual"],
            description: "The VM is not in the power state that this needs."
        ),
        ErrorModel("VM_BIOS_STRINGS_ALREADY_SET", description: "The VM's BIOS strings have been set already."),
        ErrorModel(
            "VM_CANNOT_DELETE_DEFAULT_TEMPLATE",
            ["vm"],
            description: "A template that came with the product cannot be deleted."
        ),
        ErrorModel("VM_CHECKPOINT_RESUME_FAILED", ["vm"], description: "The VM did not resume after its checkpoint."),
        ErrorModel("VM_CHECKPOINT_SUSPEND_FAILED", ["vm"], description: "The VM did not suspend for its checkpoint."),
        ErrorModel("VM_CRASHED", ["vm"], description: "The VM crashed."),
        ErrorModel(
            "VM_DUPLICATE_VBD_DEVICE",
            ["vm", "vbd", "device"],
            description: "Two drives of the VM have the same device name."
        ),
        ErrorModel(
            "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT",
            description: "The VM did not acknowledge that it should shut down."
        ),
        ErrorModel("VM_HALTED", ["vm"], description: "The VM halted unexpectedly."),
        ErrorModel(
            "VM_HAS_PCI_ATTACHED",
            ["vm"],
            description: "The VM has a PCI device of the host, so it cannot be moved."
        ),
        ErrorModel(
            "VM_HOST_INCOMPATIBLE_VERSION",
            ["host", "vm"],
            description: "The VM cannot move to a host with an older version."
        ),
        ErrorModel(
            "VM_HVM_REQUIRED",
            ["vm"],
            description: "The VM needs hardware virtualisation, which the host lacks."
        ),
        ErrorModel(
            "VM_INCOMPATIBLE_WITH_THIS_HOST",
            ["vm", "host", "reason"],
            description: "The VM cannot run on this host."
        ),
        ErrorModel("VM_IS_PART_OF_AN_APPLIANCE", ["vm", "appliance"], description: "The VM is part of an appliance."),
        ErrorModel("VM_IS_PROTECTED", ["vm"], description: "The VM is protected by HA."),
        ErrorModel("VM_IS_TEMPLATE", ["vm"], description: "The operation is not possible on a template."),
        ErrorModel("VM_MEMORY_SIZE_TOO_LOW", ["vm"], description: "The VM has too little memory to start."),
        ErrorModel(
            "VM_MIGRATE_FAILED",
            ["vm", "source", "destination", "msg"],
            description: "The VM could not be migrated."
        ),
        ErrorModel(
            "VM_MISSING_PV_DRIVERS",
            ["vm"],
            description: "The VM has no paravirtual drivers, which this needs."
        ),
        ErrorModel("VM_NOT_RESIDENT_HERE", ["vm", "host"], description: "The VM does not run on this host."),
        ErrorModel("VM_NO_CRASHDUMP_SR", ["vm"], description: "The VM has no place for its crash dump."),
        ErrorModel("VM_NO_SUSPEND_SR", ["vm"], description: "The VM has no place for its memory when it is suspended."),
        ErrorModel("VM_NO_VCPUS", ["vm"], description: "The VM needs at least one virtual CPU."),
        ErrorModel(
            "VM_OLD_PV_DRIVERS",
            ["vm", "major", "minor"],
            description: "The VM's paravirtual drivers are too old."
        ),
        ErrorModel("VM_REBOOTED", ["vm"], description: "The VM rebooted unexpectedly."),
        ErrorModel("VM_REQUIRES_GPU", ["vm", "GPU_group"], description: "The host has no free GPU for the VM."),
        ErrorModel("VM_REQUIRES_IOMMU", ["host"], description: "The host has no IOMMU, which the VM needs."),
        ErrorModel(
            "VM_REQUIRES_NETWORK",
            ["vm", "network"],
            description: "The host is not on a network that the VM needs."
        ),
        ErrorModel(
            "VM_REQUIRES_SR",
            ["vm", "sr"],
            description: "The host is not connected to a storage repository that the VM needs."
        ),
        ErrorModel("VM_REQUIRES_VDI", ["vm", "vdi"], description: "The VM needs a virtual disk that cannot be used."),
        ErrorModel(
            "VM_REVERT_FAILED",
            ["vm", "snapshot"],
            description: "The VM could not be reverted to the snapshot."
        ),
        ErrorModel("VM_SHUTDOWN_TIMEOUT", ["vm", "timeout"], description: "The VM did not shut down in time."),
        ErrorModel(
            "VM_SNAPSHOT_WITH_QUIESCE_FAILED",
            ["vm"],
            description: "The quiesced snapshot failed in the guest."
        ),
        ErrorModel(
            "VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED",
            ["vm", "error"],
            description: "The guest cannot make quiesced snapshots."
        ),
        ErrorModel(
            "VM_SNAPSHOT_WITH_QUIESCE_PLUGIN_DEOS_NOT_RESPOND",
            ["vm"],
            description: "The snapshot service in the guest does not answer."
        ),
        ErrorModel(
            "VM_SNAPSHOT_WITH_QUIESCE_TIMEOUT",
            ["vm"],
            description: "The quiesced snapshot took too long in the guest."
        ),
        ErrorModel("VM_TOO_MANY_VCPUS", ["vm"], description: "The VM has more virtual CPUs than the host can give."),
        ErrorModel(
            "VM_TO_IMPORT_IS_NOT_NEWER_VERSION",
            ["vm", "existing_version", "version_to_import"],
            description: "The VM to recover is not newer than the one that exists."
        ),
        ErrorModel(
            "VM_UNSAFE_BOOT",
            ["vm"],
            description: "The VM may still be running elsewhere, so starting it is not safe."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_ADDING_VOLUME_TO_SNAPSET_FAILED",
            ["vm", "error_code"],
            description: "The guest could not add a volume to its snapshot."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT",
            ["vm", "error_code"],
            description: "The guest could not make its snapshot."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_CREATING_SNAPSHOT_XML_STRING",
            ["vm", "error_code"],
            description: "The guest could not describe its snapshot."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_INIT_FAILED",
            ["vm", "error_code"],
            description: "The guest's snapshot service did not start."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_NO_VOLUMES_SUPPORTED",
            ["vm", "error_code"],
            description: "No volume of the guest can be snapshotted."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_PREPARING_WRITERS",
            ["vm", "error_code"],
            description: "The guest's programs could not be prepared for the snapshot."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_PROV_NOT_LOADED",
            ["vm", "error_code"],
            description: "The guest's snapshot provider is not loaded."
        ),
        ErrorModel(
            "XEN_VSS_REQ_ERROR_START_SNAPSHOT_SET_FAILED",
            ["vm", "error_code"],
            description: "The guest could not begin its snapshot."
        ),
    ]
}
