extension ClassModel {
    /// The messages of `pool`.
    static let poolMessages: [Message] = [
        Message(
            "join",
            ["master_address": .string, "master_username": .string, "master_password": .string],
            role: .poolOperator,
            doc: "Makes this host a member of another pool."
        ),
        Message(
            "join_force",
            ["master_address": .string, "master_username": .string, "master_password": .string],
            role: .poolOperator,
            doc: "Makes this host a member of another pool, however different it is."
        ),
        Message(
            "eject",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Removes a host from the pool; its local storage is wiped."
        ),
        Message(
            "initial_auth",
            returns: .string,
            role: .poolOperator,
            doc: "Checks a joining host's password and returns the pool's secret."
        ),
        Message(
            "emergency_transition_to_master",
            async: false,
            role: .poolOperator,
            doc: "Makes this slave the master, when the master is lost."
        ),
        Message(
            "emergency_reset_master",
            ["master_address": .string],
            async: false,
            role: .poolOperator,
            doc: "Points this slave to a new master."
        ),
        Message(
            "recover_slaves",
            returns: .set(.ref("host")),
            role: .poolOperator,
            doc: "Points all slaves to this master, and returns those that came back."
        ),
        Message(
            "hello",
            ["host_uuid": .string, "host_address": .string],
            returns: .enumeration(.helloReturn),
            role: .poolOperator,
            doc: "A slave's first word to its master."
        ),
        Message(
            "is_slave",
            ["host": .ref("host")],
            returns: .bool,
            async: false,
            role: .poolAdmin,
            doc: "Whether this host is a slave."
        ),
        Message(
            "create_VLAN",
            ["device": .string, "network": .ref("network"), "VLAN": .int],
            returns: .set(.ref("PIF")),
            role: .poolOperator,
            doc: "Makes a VLAN interface on every host."
        ),
        Message(
            "create_VLAN_from_PIF",
            ["pif": .ref("PIF"), "network": .ref("network"), "VLAN": .int],
            returns: .set(.ref("PIF")),
            role: .poolOperator,
            doc: "Makes a VLAN interface on every host, next to the given one."
        ),
        Message(
            "slave_network_report",
            [
                "phydevs": .map(.string, .string), "dev_to_mac": .map(.string, .string),
                "dev_to_mtu": .map(.string, .int), "slave_host": .ref("host"),
            ],
            returns: .set(.ref("PIF")),
            role: .poolAdmin,
            doc: "A slave's report on its interfaces."
        ),
        Message(
            "enable_ha",
            ["heartbeat_srs": .set(.ref("SR")), "configuration": .map(.string, .string)],
            role: .poolOperator,
            doc: "Turns high availability on."
        ),
        Message("disable_ha", role: .poolOperator, doc: "Turns high availability off."),
        Message("sync_database", role: .poolOperator, doc: "Sends the database to all hosts now."),
        Message(
            "designate_new_master",
            ["host": .ref("host")],
            role: .poolOperator,
            doc: "Hands the master's part to another host."
        ),
        Message(
            "ha_prevent_restarts_for",
            ["seconds": .int],
            async: false,
            role: .poolOperator,
            doc: "Keeps HA from restarting VMs for so many seconds."
        ),
        Message(
            "ha_failover_plan_exists",
            ["n": .int],
            returns: .bool,
            async: false,
            role: .poolOperator,
            doc: "Whether HA has a plan for so many host failures."
        ),
        Message(
            "ha_compute_max_host_failures_to_tolerate",
            returns: .int,
            async: false,
            role: .poolOperator,
            doc: "Computes how many host failures HA has a plan for."
        ),
        Message(
            "ha_compute_hypothetical_max_host_failures_to_tolerate",
            ["configuration": .map(.ref("VM"), .string)],
            returns: .int,
            async: false,
            role: .readOnly,
            doc: "Computes the same for other restart priorities."
        ),
        Message(
            "ha_compute_vm_failover_plan",
            ["failed_hosts": .set(.ref("host")), "failed_vms": .set(.ref("VM"))],
            returns: .map(.ref("VM"), .map(.string, .string)),
            async: false,
            role: .poolOperator,
            doc: "Computes where VMs would restart if these hosts failed."
        ),
        Message(
            "set_ha_host_failures_to_tolerate",
            ["self": .ref("pool"), "value": .int],
            role: .poolOperator,
            doc: "Sets how many host failures the pool shall survive."
        ),
        Message(
            "create_new_blob",
            ["pool": .ref("pool"), "name": .string, "mime_type": .string],
            returns: .ref("blob"),
            role: .poolOperator,
            doc: "Attaches a place for binary data."
        ),
        Message(
            "ha_schedule_plan_recomputation",
            isPoolInternal: true,
            role: .localRoot,
            doc: "Has the failover plan worked out anew."
        ),
        Message("enable_binary_storage", role: .poolOperator, doc: "Makes room for binary data."),
        Message("disable_binary_storage", role: .poolOperator, doc: "Drops binary data and the room for it."),
        Message(
            "enable_external_auth",
            ["pool": .ref("pool"), "config": .map(.string, .string), "service_name": .string, "auth_type": .string],
            async: false,
            role: .poolAdmin,
            doc: "Begins to take users from a directory service."
        ),
        Message(
            "disable_external_auth",
            ["pool": .ref("pool")],
            optional: ["config": .map(.string, .string)],
            async: false,
            role: .poolAdmin,
            doc: "Ceases to take users from the directory service."
        ),
        Message(
            "detect_nonhomogeneous_external_auth",
            ["pool": .ref("pool")],
            async: false,
            role: .poolOperator,
            doc: "Looks for hosts with another directory service."
        ),
        Message(
            "initialize_wlb",
            [
                "wlb_url": .string, "wlb_username": .string, "wlb_password": .string, "xenserver_username": .string,
                "xenserver_password": .string,
            ],
            role: .poolOperator,
            doc: "Sets the workload balancing server."
        ),
        Message("deconfigure_wlb", role: .poolOperator, doc: "Forgets the workload balancing server."),
        Message(
            "send_wlb_configuration",
            ["config": .map(.string, .string)],
            role: .poolOperator,
            doc: "Sends settings to the workload balancing server."
        ),
        Message(
            "retrieve_wlb_configuration",
            returns: .map(.string, .string),
            role: .readOnly,
            doc: "Reads settings from the workload balancing server."
        ),
        Message(
            "retrieve_wlb_recommendations",
            returns: .map(.ref("VM"), .set(.string)),
            role: .readOnly,
            doc: "Asks workload balancing which VMs should move."
        ),
        Message(
            "send_test_post",
            ["host": .string, "port": .int, "body": .string],
            returns: .string,
            role: .poolAdmin,
            doc: "Sends a POST and returns the answer."
        ),
        Message(
            "certificate_install",
            ["name": .string, "cert": .string],
            role: .poolOperator,
            doc: "Installs a trusted certificate."
        ),
        Message("certificate_uninstall", ["name": .string], role: .poolOperator, doc: "Removes a trusted certificate."),
        Message(
            "certificate_list",
            returns: .set(.string),
            role: .poolOperator,
            doc: "Lists the trusted certificates."
        ),
        Message(
            "crl_install",
            ["name": .string, "cert": .string],
            role: .poolOperator,
            doc: "Installs a revocation list."
        ),
        Message("crl_uninstall", ["name": .string], role: .poolOperator, doc: "Removes a revocation list."),
        Message("crl_list", returns: .set(.string), role: .poolOperator, doc: "Lists the revocation lists."),
        Message(
            "certificate_sync",
            role: .poolOperator,
            doc: "Spreads certificates and revocation lists to the hosts."
        ),
        Message(
            "enable_redo_log",
            ["sr": .ref("SR")],
            role: .poolOperator,
            doc: "Begins to log database changes to shared storage."
        ),
        Message("disable_redo_log", role: .poolOperator, doc: "Ceases to log database changes to shared storage."),
        Message(
            "audit_log_append",
            ["line": .string],
            isPoolInternal: true,
            role: .poolAdmin,
            doc: "Adds a line to the audit log."
        ),
        Message(
            "set_vswitch_controller",
            ["address": .string],
            role: .poolOperator,
            doc: "Sets the virtual switch controller."
        ),
        Message(
            "test_archive_target",
            ["self": .ref("pool"), "config": .map(.string, .string)],
            returns: .string,
            async: false,
            role: .poolOperator,
            doc: "Tries whether snapshots can be archived to a place."
        ),
        Message(
            "enable_local_storage_caching",
            ["self": .ref("pool")],
            role: .poolOperator,
            doc: "Turns the local cache on."
        ),
        Message(
            "disable_local_storage_caching",
            ["self": .ref("pool")],
            role: .poolOperator,
            doc: "Turns the local cache off."
        ),
    ]
}
