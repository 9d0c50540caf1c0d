extension ErrorModel {
    /// Errors on hosts.
    static let ofHosts: [ErrorModel] = [
        ErrorModel("BACKUP_SCRIPT_FAILED", ["log"], description: "The backup could not be made."),
        ErrorModel(
            "CANNOT_CONTACT_HOST",
            ["host"],
            description: "The host cannot be reached, although it should be running."
        ),
        ErrorModel(
            "CANNOT_EVACUATE_HOST",
            ["errors"],
            description: "The host cannot be emptied, since some of its VMs cannot be moved."
        ),
        ErrorModel("CANNOT_FIND_OEM_BACKUP_PARTITION", description: "The backup partition was not found."),
        ErrorModel("CANNOT_FIND_STATE_PARTITION", description: "The state partition was not found."),
        ErrorModel(
            "CPU_FEATURE_MASKING_NOT_SUPPORTED",
            ["details"],
            description: "The CPUs of this host cannot hide features."
        ),
        ErrorModel(
            "HOST_BROKEN",
            description: "The host does not know whether it is master or slave; repair it by hand."
        ),
        ErrorModel(
            "HOST_CANNOT_ATTACH_NETWORK",
            ["host", "network"],
            description: "The host cannot attach to the network, since its interface is in use otherwise."
        ),
        ErrorModel(
            "HOST_CANNOT_DESTROY_SELF",
            ["host"],
            description: "A host cannot remove itself from the pool's database."
        ),
        ErrorModel("HOST_CANNOT_READ_METRICS", description: "The host's figures cannot be read."),
        ErrorModel("HOST_CD_DRIVE_EMPTY", description: "The host's CD drive holds no disc."),
        ErrorModel("HOST_DISABLED", ["host"], description: "The host is disabled."),
        ErrorModel(
            "HOST_DISABLED_UNTIL_REBOOT",
            ["host"],
            description: "The host stays disabled until it has rebooted."
        ),
        ErrorModel("HOST_HAS_NO_MANAGEMENT_IP", description: "The host has no address on its management interface."),
        ErrorModel("HOST_HAS_RESIDENT_VMS", ["host"], description: "VMs still run on the host."),
        ErrorModel(
            "HOST_IN_EMERGENCY_MODE",
            description: "The host is in emergency mode, since it cannot reach its master."
        ),
        ErrorModel("HOST_IN_USE", ["host", "type", "ref"], description: "The host is in use."),
        ErrorModel("HOST_IS_LIVE", ["host"], description: "The host is running."),
        ErrorModel(
            "HOST_IS_SLAVE",
            ["Master IP address"],
            description: "This host is a slave; send the call to its master."
        ),
        ErrorModel("HOST_ITS_OWN_SLAVE", description: "The host is set to be its own slave."),
        ErrorModel(
            "HOST_MASTER_CANNOT_TALK_BACK",
            ["ip"],
            description: "The master cannot reach this host at the address that it gave."
        ),
        ErrorModel("HOST_NAME_INVALID", ["reason"], description: "This is not a valid host name."),
        ErrorModel("HOST_NOT_DISABLED", description: "The host must be disabled first."),
        ErrorModel(
            "HOST_NOT_ENOUGH_FREE_MEMORY",
            ["needed", "available"],
            description: "No host has enough free memory for the VM."
        ),
        ErrorModel("HOST_NOT_LIVE", description: "The host is not running."),
        ErrorModel("HOST_OFFLINE", ["host"], description: "The host is offline; bring it back and try again."),
        ErrorModel("HOST_POWER_ON_MODE_DISABLED", description: "The host has no way to be powered on from afar."),
        ErrorModel("HOST_STILL_BOOTING", description: "The host's toolstack is still starting."),
        ErrorModel("HOST_UNKNOWN_TO_MASTER", ["host"], description: "The master does not know this host."),
        ErrorModel("INVALID_FEATURE_STRING", ["details"], description: "This is not a valid list of CPU features."),
        ErrorModel("NOT_IN_EMERGENCY_MODE", description: "The host is not in emergency mode."),
        ErrorModel("NO_HOSTS_AVAILABLE", description: "No host can run the VM."),
        ErrorModel("OPENVSWITCH_NOT_ACTIVE", description: "The hosts do not use Open vSwitch, which this needs."),
        ErrorModel(
            "RESTORE_INCOMPATIBLE_VERSION",
            description: "The backup comes from a version that cannot be restored."
        ),
        ErrorModel("RESTORE_SCRIPT_FAILED", ["log"], description: "The backup could not be restored."),
        ErrorModel(
            "RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP",
            description: "The backup does not hold this host's management interface."
        ),
        ErrorModel(
            "RESTORE_TARGET_MISSING_DEVICE",
            ["device"],
            description: "A network device of the backup is missing on this host."
        ),
        ErrorModel(
            "SYSTEM_STATUS_MUST_USE_TAR_ON_OEM",
            description: "On the OEM edition a status report must be a tar archive."
        ),
        ErrorModel("SYSTEM_STATUS_RETRIEVAL_FAILED", ["reason"], description: "The status report could not be made."),
    ]
}
