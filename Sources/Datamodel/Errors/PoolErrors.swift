extension ErrorModel {
    /// Errors on the pool and its high availability.
    static let ofPools: [ErrorModel] = [
        ErrorModel("CANNOT_CREATE_STATE_FILE", description: "High availability could not make its state file."),
        ErrorModel(
            "CANNOT_DESTROY_DISASTER_RECOVERY_TASK",
            ["reason"],
            description: "The disaster recovery cannot be ended."
        ),
        ErrorModel(
            "CANNOT_ENABLE_REDO_LOG",
            ["reason"],
            description: "The database log on shared storage could not be turned on."
        ),
        ErrorModel("DUPLICATE_VM", ["vm"], description: "A VM with this uuid already exists."),
        ErrorModel("HA_ABORT_NEW_MASTER", ["reason"], description: "The host refuses to become master."),
        ErrorModel(
            "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
            ["network"],
            description: "The VM needs a network that not every host has, so HA cannot protect it."
        ),
        ErrorModel(
            "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
            ["SR"],
            description: "The VM needs storage that is not shared, so HA cannot protect it."
        ),
        ErrorModel(
            "HA_FAILED_TO_FORM_LIVESET",
            description: "HA could not be turned on: the hosts did not find one another."
        ),
        ErrorModel("HA_HEARTBEAT_DAEMON_STARTUP_FAILED", description: "The HA daemon did not start on the host."),
        ErrorModel(
            "HA_HOST_CANNOT_ACCESS_STATEFILE",
            description: "The host cannot reach the disk that HA keeps its state on."
        ),
        ErrorModel(
            "HA_HOST_CANNOT_SEE_PEERS",
            ["host", "all", "subset"],
            description: "The host cannot see all the other hosts."
        ),
        ErrorModel("HA_HOST_IS_ARMED", ["host"], description: "The host is under the control of HA."),
        ErrorModel("HA_IS_ENABLED", description: "This cannot be done while HA is on; turn it off first."),
        ErrorModel("HA_LOST_STATEFILE", description: "The host has lost the disk that HA keeps its state on."),
        ErrorModel("HA_NOT_ENABLED", description: "HA is not on."),
        ErrorModel("HA_NOT_INSTALLED", ["host"], description: "HA is not installed on this host."),
        ErrorModel("HA_NO_PLAN", description: "No plan for failovers exists."),
        ErrorModel(
            "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",
            description: "The operation would leave HA without a plan for failovers."
        ),
        ErrorModel("HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED", description: "The pool has HA on, but not on this host."),
        ErrorModel(
            "HA_SHOULD_BE_FENCED",
            ["host"],
            description: "HA holds this host for failed; it may have to be fenced."
        ),
        ErrorModel("HA_TOO_FEW_HOSTS", description: "HA needs more hosts."),
        ErrorModel("HOSTS_NOT_HOMOGENEOUS", ["reason"], description: "The hosts are too different to form one pool."),
        ErrorModel(
            "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS",
            description: "The joining host is the master of other hosts."
        ),
        ErrorModel(
            "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS",
            description: "The joining host has shared storage of its own."
        ),
        ErrorModel(
            "JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS",
            description: "The joining host has VMs that run or are suspended."
        ),
        ErrorModel("JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", description: "The joining host has VMs that run."),
        ErrorModel(
            "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS",
            description: "The joining host has VMs with operations under way."
        ),
        ErrorModel("JOINING_HOST_CONNECTION_FAILED", description: "The master could not be reached."),
        ErrorModel("JOINING_HOST_SERVICE_FAILED", description: "The master answered with an error."),
        ErrorModel(
            "NOT_SUPPORTED_DURING_UPGRADE",
            description: "This cannot be done while the pool is being upgraded."
        ),
        ErrorModel("NO_MORE_REDO_LOGS_ALLOWED", description: "No more database logs can be opened."),
        ErrorModel(
            "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC",
            description: "The joining host must be managed over a physical interface."
        ),
        ErrorModel(
            "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION",
            description: "The joining host has another product version than the pool."
        ),
        ErrorModel("REDO_LOG_IS_ENABLED", description: "The database log on shared storage is already on."),
        ErrorModel("SLAVE_REQUIRES_MANAGEMENT_INTERFACE", description: "A slave must keep its management interface."),
    ]
}
