// The enumerations of XenAPI 6.0, in the spelling of the wire.
extension Enumeration {
    static let afterApplyGuidance = Enumeration(
        "after_apply_guidance",
        ["restartHVM", "restartPV", "restartHost", "restartXAPI"]
    )
    static let bondMode = Enumeration(
        "bond_mode",
        ["balance-slb", "active-backup"]
    )
    static let cls = Enumeration(
        "cls",
        ["VM", "Host", "SR", "Pool", "VMPP"]
    )
    static let consoleProtocol = Enumeration(
        "console_protocol",
        ["vt100", "rfb", "rdp"]
    )
    static let eventOperation = Enumeration(
        "event_operation",
        ["add", "del", "mod"]
    )
    static let helloReturn = Enumeration(
        "hello_return",
        ["ok", "unknown_host", "cannot_talk_back"]
    )
    static let hostAllowedOperations = Enumeration(
        "host_allowed_operations",
        ["provision", "evacuate", "shutdown", "reboot", "power_on", "vm_start", "vm_resume", "vm_migrate"]
    )
    static let ipConfigurationMode = Enumeration(
        "ip_configuration_mode",
        ["None", "DHCP", "Static"]
    )
    static let networkOperations = Enumeration(
        "network_operations",
        ["attaching"]
    )
    static let onBoot = Enumeration(
        "on_boot",
        ["reset", "persist"]
    )
    static let onCrashBehaviour = Enumeration(
        "on_crash_behaviour",
        ["destroy", "coredump_and_destroy", "restart", "coredump_and_restart", "preserve", "rename_restart"]
    )
    static let onNormalExit = Enumeration(
        "on_normal_exit",
        ["destroy", "restart"]
    )
    static let storageOperations = Enumeration(
        "storage_operations",
        [
            "scan", "destroy", "forget", "plug", "unplug", "update", "vdi_create", "vdi_introduce", "vdi_destroy",
            "vdi_resize", "vdi_clone", "vdi_snapshot",
        ]
    )
    static let taskAllowedOperations = Enumeration(
        "task_allowed_operations",
        ["cancel"]
    )
    static let taskStatusType = Enumeration(
        "task_status_type",
        ["pending", "success", "failure", "cancelling", "cancelled"]
    )
    static let vbdMode = Enumeration(
        "vbd_mode",
        ["RO", "RW"]
    )
    static let vbdOperations = Enumeration(
        "vbd_operations",
        ["attach", "eject", "insert", "plug", "unplug", "unplug_force", "pause", "unpause"]
    )
    static let vbdType = Enumeration(
        "vbd_type",
        ["CD", "Disk"]
    )
    static let vdiOperations = Enumeration(
        "vdi_operations",
        [
            "scan", "clone", "copy", "resize", "resize_online", "snapshot", "destroy", "forget", "update",
            "force_unlock", "generate_config", "blocked",
        ]
    )
    static let vdiType = Enumeration(
        "vdi_type",
        ["system", "user", "ephemeral", "suspend", "crashdump", "ha_statefile", "metadata", "redo_log"]
    )
    static let vifOperations = Enumeration(
        "vif_operations",
        ["attach", "plug", "unplug"]
    )
    static let vmApplianceOperation = Enumeration(
        "vm_appliance_operation",
        ["start", "clean_shutdown", "hard_shutdown", "shutdown"]
    )
    static let vmOperations = Enumeration(
        "vm_operations",
        [
            "snapshot", "clone", "copy", "create_template", "revert", "checkpoint", "snapshot_with_quiesce",
            "provision", "start", "start_on", "pause", "unpause", "clean_shutdown", "clean_reboot", "hard_shutdown",
            "power_state_reset", "hard_reboot", "suspend", "csvm", "resume", "resume_on", "pool_migrate", "migrate",
            "get_boot_record", "send_sysrq", "send_trigger", "changing_memory_live", "awaiting_memory_live",
            "changing_dynamic_range", "changing_static_range", "changing_memory_limits", "get_cooperative",
            "changing_shadow_memory", "changing_shadow_memory_live", "changing_VCPUs", "changing_VCPUs_live",
            "assert_operation_valid", "data_source_op", "update_allowed_operations", "make_into_template", "import",
            "export", "metadata_export", "reverting", "destroy",
        ]
    )
    static let vmPowerState = Enumeration(
        "vm_power_state",
        ["Halted", "Paused", "Running", "Suspended"]
    )
    static let vmppArchiveFrequency = Enumeration(
        "vmpp_archive_frequency",
        ["never", "always_after_backup", "daily", "weekly"]
    )
    static let vmppArchiveTargetType = Enumeration(
        "vmpp_archive_target_type",
        ["none", "cifs", "nfs"]
    )
    static let vmppBackupFrequency = Enumeration(
        "vmpp_backup_frequency",
        ["hourly", "daily", "weekly"]
    )
    static let vmppBackupType = Enumeration(
        "vmpp_backup_type",
        ["snapshot", "checkpoint"]
    )
}
