extension ClassModel {
    /// The messages of `host` that only other hosts of the pool send.
    static let hostInternalMessages: [Message] = [
        Message(
            "set_license_params",
            ["self": .ref("host"), "value": .map(.string, .string)],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Records the contents of the licence."
        ),
        Message(
            "ha_disarm_fencing",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Keeps HA from fencing the host."
        ),
        Message(
            "preconfigure_ha",
            [
                "host": .ref("host"), "statefiles": .set(.ref("VDI")), "metadata_vdi": .ref("VDI"),
                "generation": .string,
            ],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Writes HA's settings on the host."
        ),
        Message(
            "ha_join_liveset",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Starts HA on the host."
        ),
        Message(
            "ha_disable_failover_decisions",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Keeps the host from becoming master by itself."
        ),
        Message(
            "ha_wait_for_shutdown_via_statefile",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Waits until HA is turned off through its state disk."
        ),
        Message(
            "ha_stop_daemon",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Stops HA on the host."
        ),
        Message(
            "ha_release_resources",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Lets go of what HA used on the host."
        ),
        Message(
            "local_assert_healthy",
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Fails where the host is in emergency mode."
        ),
        Message(
            "request_backup",
            ["host": .ref("host"), "generation": .int, "force": .bool],
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Asks the host to fetch the database."
        ),
        Message(
            "request_config_file_sync",
            ["host": .ref("host"), "hash": .string],
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Asks the host to fetch settings that changed."
        ),
        Message(
            "propose_new_master",
            ["address": .string, "manual": .bool],
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "First phase of a change of master."
        ),
        Message(
            "commit_new_master",
            ["address": .string],
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Second phase of a change of master."
        ),
        Message(
            "abort_new_master",
            ["address": .string],
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Calls off a change of master."
        ),
        Message(
            "get_uncooperative_domains",
            ["self": .ref("host")],
            returns: .set(.string),
            isPoolInternal: true,
            role: .localRoot,
            doc: "The domains that do not give back memory."
        ),
        Message(
            "signal_networking_change",
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Tells the toolstack that the host's address changed."
        ),
        Message(
            "notify",
            ["ty": .string, "params": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Passes a notice to the host."
        ),
        Message(
            "tickle_heartbeat",
            ["host": .ref("host"), "stuff": .map(.string, .string)],
            returns: .map(.string, .string),
            async: false,
            isPoolInternal: true,
            role: .localRoot,
            doc: "Tells the master that the host lives."
        ),
        Message(
            "enable_binary_storage",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Makes room for binary data."
        ),
        Message(
            "disable_binary_storage",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Drops binary data and the room for it."
        ),
        Message(
            "certificate_install",
            ["host": .ref("host"), "name": .string, "cert": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Installs a trusted certificate."
        ),
        Message(
            "certificate_uninstall",
            ["host": .ref("host"), "name": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Removes a trusted certificate."
        ),
        Message(
            "certificate_list",
            ["host": .ref("host")],
            returns: .set(.string),
            isPoolInternal: true,
            role: .localRoot,
            doc: "Lists the trusted certificates."
        ),
        Message(
            "crl_install",
            ["host": .ref("host"), "name": .string, "crl": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Installs a revocation list."
        ),
        Message(
            "crl_uninstall",
            ["host": .ref("host"), "name": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Removes a revocation list."
        ),
        Message(
            "crl_list",
            ["host": .ref("host")],
            returns: .set(.string),
            isPoolInternal: true,
            role: .localRoot,
            doc: "Lists the revocation lists."
        ),
        Message(
            "certificate_sync",
            ["host": .ref("host")],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Spreads certificates and revocation lists to the hosts."
        ),
        Message(
            "update_pool_secret",
            ["host": .ref("host"), "pool_secret": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Changes the secret that hosts share."
        ),
        Message(
            "update_master",
            ["host": .ref("host"), "master_address": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Tells the host its master's new address."
        ),
        Message(
            "attach_static_vdis",
            ["host": .ref("host"), "vdi_reason_map": .map(.ref("VDI"), .string)],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Attaches disks that must be there before the toolstack starts."
        ),
        Message(
            "detach_static_vdis",
            ["host": .ref("host"), "vdis": .set(.ref("VDI"))],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Lets go of such disks."
        ),
        Message(
            "set_localdb_key",
            ["host": .ref("host"), "key": .string, "value": .string],
            isPoolInternal: true,
            role: .localRoot,
            doc: "Writes a key of the host's own database."
        ),
    ]
}
