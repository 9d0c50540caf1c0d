extension ClassModel {
    /// The messages of `host` for clients.
    static let hostMessages: [Message] = [
        Message(
            "disable",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Keeps VMs from starting on it or moving to it."
        ),
        Message("enable", ["host": .ref("host")], role: .poolOperator, doc: "Lets VMs start on it and move to it."),
        Message(
            "shutdown",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Shuts the host down; it must be disabled."
        ),
        Message("reboot", ["host": .ref("host")], role: .poolOperator, doc: "Reboots the host; it must be disabled."),
        Message(
            "dmesg",
            ["host": .ref("host")],
            returns: .string,
            role: .poolOperator,
            doc: "Reads the hypervisor's log."
        ),
        Message(
            "dmesg_clear",
            ["host": .ref("host")],
            returns: .string,
            role: .poolOperator,
            doc: "Reads the hypervisor's log and empties it."
        ),
        Message(
            "get_log",
            ["host": .ref("host")],
            returns: .string,
            role: .readOnly,
            doc: "Reads the toolstack's log."
        ),
        Message(
            "send_debug_keys",
            ["host": .ref("host"), "keys": .string],
            role: .poolAdmin,
            doc: "Sends debug keys to the hypervisor."
        ),
        Message(
            "bugreport_upload",
            ["host": .ref("host"), "url": .string, "options": .map(.string, .string)],
            role: .poolOperator,
            doc: "Uploads a status report."
        ),
        Message("list_methods", returns: .set(.string), async: false, role: .readOnly, doc: "Lists all calls."),
        Message(
            "license_apply",
            ["host": .ref("host"), "contents": .string],
            role: .poolOperator,
            doc: "Applies a licence."
        ),
        Message(
            "create",
            [
                "uuid": .string, "name_label": .string, "name_description": .string, "hostname": .string,
                "address": .string,
            ],
            optional: [
                "external_auth_type": .string, "external_auth_service_name": .string,
                "external_auth_configuration": .map(.string, .string), "license_params": .map(.string, .string),
                "edition": .string, "license_server": .map(.string, .string), "local_cache_sr": .ref("SR"),
                "chipset_info": .map(.string, .string),
            ],
            returns: .ref("host"),
            role: .poolOperator,
            doc: "Records a host that joins."
        ),
        Message(
            "destroy",
            ["self": .ref("host")],
            role: .poolOperator,
            doc: "Removes a host that will not come back from the database."
        ),
        Message("power_on", ["host": .ref("host")], role: .poolOperator, doc: "Powers the host on from afar."),
        Message(
            "emergency_ha_disable",
            async: false,
            role: .poolOperator,
            doc: "Turns HA off on this host alone, when the pool cannot."
        ),
        Message(
            "ha_xapi_healthcheck",
            returns: .bool,
            async: false,
            role: .poolAdmin,
            doc: "Whether the toolstack is well, for HA."
        ),
        Message(
            "get_data_sources",
            ["host": .ref("host")],
            returns: .set(.record("data_source")),
            async: false,
            role: .readOnly,
            doc: "Lists what can be measured."
        ),
        Message(
            "record_data_source",
            ["host": .ref("host"), "data_source": .string],
            async: false,
            role: .poolOperator,
            doc: "Begins to keep a figure."
        ),
        Message(
            "query_data_source",
            ["host": .ref("host"), "data_source": .string],
            returns: .float,
            async: false,
            role: .readOnly,
            doc: "Reads a figure now."
        ),
        Message(
            "forget_data_source_archives",
            ["host": .ref("host"), "data_source": .string],
            async: false,
            role: .poolOperator,
            doc: "Drops what was kept of a figure."
        ),
        Message(
            "assert_can_evacuate",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Fails where some of its VMs cannot be moved."
        ),
        Message(
            "get_vms_which_prevent_evacuation",
            ["self": .ref("host")],
            returns: .map(.ref("VM"), .set(.string)),
            role: .readOnly,
            doc: "The VMs that cannot be moved, each with its reason."
        ),
        Message(
            "get_uncooperative_resident_VMs",
            ["self": .ref("host")],
            returns: .set(.ref("VM")),
            role: .readOnly,
            doc: "The VMs that do not give back memory."
        ),
        Message("evacuate", ["host": .ref("host")], role: .poolOperator, doc: "Moves all its VMs to other hosts."),
        Message(
            "syslog_reconfigure",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Applies the logging settings."
        ),
        Message(
            "management_reconfigure",
            ["pif": .ref("PIF")],
            role: .poolOperator,
            doc: "Manages the host over another interface."
        ),
        Message(
            "local_management_reconfigure",
            ["interface": .string],
            async: false,
            role: .poolOperator,
            doc: "Manages this host over another interface, without the master."
        ),
        Message("management_disable", async: false, role: .poolOperator, doc: "Turns management over the network off."),
        Message(
            "get_system_status_capabilities",
            ["host": .ref("host")],
            returns: .string,
            async: false,
            role: .readOnly,
            doc: "What a status report can hold, in XML."
        ),
        Message(
            "get_diagnostic_timing_stats",
            ["host": .ref("host")],
            returns: .map(.string, .string),
            async: false,
            role: .readOnly,
            doc: "How long the toolstack's parts took."
        ),
        Message(
            "restart_agent",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Restarts the toolstack; VMs run on."
        ),
        Message("shutdown_agent", async: false, role: .poolOperator, doc: "Stops the toolstack; VMs run on."),
        Message(
            "set_hostname_live",
            ["host": .ref("host"), "hostname": .string],
            async: false,
            role: .poolOperator,
            doc: "Renames the machine."
        ),
        Message(
            "is_in_emergency_mode",
            returns: .bool,
            async: false,
            role: .readOnly,
            doc: "Whether this host cannot reach its master."
        ),
        Message(
            "compute_free_memory",
            ["host": .ref("host")],
            returns: .int,
            role: .readOnly,
            doc: "Computes the memory that a new VM could have, in bytes."
        ),
        Message(
            "compute_memory_overhead",
            ["host": .ref("host")],
            returns: .int,
            role: .readOnly,
            doc: "Computes the memory that the hypervisor takes, in bytes."
        ),
        Message(
            "sync_data",
            ["host": .ref("host")],
            async: false,
            role: .poolAdmin,
            doc: "Brings data that is kept on the host in line with the master's."
        ),
        Message(
            "backup_rrds",
            ["host": .ref("host"), "delay": .float],
            async: false,
            role: .poolAdmin,
            doc: "Sends the figures that were kept to the master."
        ),
        Message(
            "create_new_blob",
            ["host": .ref("host"), "name": .string, "mime_type": .string],
            returns: .ref("blob"),
            role: .poolOperator,
            doc: "Attaches a place for binary data."
        ),
        Message(
            "call_plugin",
            ["host": .ref("host"), "plugin": .string, "fn": .string, "args": .map(.string, .string)],
            returns: .string,
            role: .poolAdmin,
            doc: "Runs a plug-in on the host and returns what it printed."
        ),
        Message(
            "get_servertime",
            ["host": .ref("host")],
            returns: .datetime,
            async: false,
            role: .readOnly,
            doc: "The host's clock, UTC."
        ),
        Message(
            "get_server_localtime",
            ["host": .ref("host")],
            returns: .datetime,
            async: false,
            role: .readOnly,
            doc: "The host's clock, local time."
        ),
        Message(
            "enable_external_auth",
            ["host": .ref("host"), "config": .map(.string, .string), "service_name": .string, "auth_type": .string],
            async: false,
            role: .poolAdmin,
            doc: "Begins to take users from a directory service."
        ),
        Message(
            "disable_external_auth",
            ["host": .ref("host")],
            optional: ["config": .map(.string, .string)],
            async: false,
            role: .poolAdmin,
            doc: "Ceases to take users from the directory service."
        ),
        Message(
            "retrieve_wlb_evacuate_recommendations",
            ["self": .ref("host")],
            returns: .map(.ref("VM"), .set(.string)),
            role: .readOnly,
            doc: "Asks workload balancing where its VMs should go."
        ),
        Message(
            "get_server_certificate",
            ["host": .ref("host")],
            returns: .string,
            role: .poolOperator,
            doc: "The certificate that the host shows."
        ),
        Message(
            "apply_edition",
            ["host": .ref("host"), "edition": .string],
            async: false,
            role: .poolOperator,
            doc: "Changes the edition that the host is licensed for."
        ),
        Message(
            "refresh_pack_info",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Reads anew which supplemental packs are installed."
        ),
        Message(
            "set_power_on_mode",
            ["self": .ref("host"), "power_on_mode": .string, "power_on_config": .map(.string, .string)],
            role: .poolOperator,
            doc: "Sets how the host can be powered on from afar."
        ),
        Message(
            "set_cpu_features",
            ["host": .ref("host"), "features": .string],
            async: false,
            role: .poolOperator,
            doc: "Hides features of its CPUs after the next boot."
        ),
        Message(
            "reset_cpu_features",
            ["host": .ref("host")],
            async: false,
            role: .poolOperator,
            doc: "Shows all features of its CPUs after the next boot."
        ),
        Message(
            "reset_networking",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Forgets the host's networks and interfaces."
        ),
        Message(
            "enable_local_storage_caching",
            ["host": .ref("host"), "sr": .ref("SR")],
            async: false,
            role: .poolOperator,
            doc: "Turns the local cache on."
        ),
        Message(
            "disable_local_storage_caching",
            ["host": .ref("host")],
            async: false,
            role: .poolOperator,
            doc: "Turns the local cache off."
        ),
        Message(
            "get_sm_diagnostics",
            ["host": .ref("host")],
            returns: .string,
            async: false,
            role: .poolOperator,
            doc: "What the storage layer is doing."
        ),
        Message(
            "get_thread_diagnostics",
            ["host": .ref("host")],
            returns: .string,
            async: false,
            role: .poolOperator,
            doc: "What the toolstack's threads are doing."
        ),
        Message(
            "sm_dp_destroy",
            ["host": .ref("host"), "dp": .string, "allow_leak": .bool],
            async: false,
            role: .poolOperator,
            doc: "Tears down a path to storage."
        ),
    ]
}
