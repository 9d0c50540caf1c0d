extension ClassModel {
    /// `PIF`: a physical network interface of a host, or a VLAN or bond on top of one.
    static let pif = ClassModel(
        "PIF",
        "A physical network interface of a host, or a VLAN or bond on top of one.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("device", .string, .constructor, doc: "Name of the interface on its host, such as `eth0`."),
            Field("network", .ref("network"), .constructor, doc: "The network that it connects its host to."),
            Field("host", .ref("host"), .constructor, doc: "The host that it belongs to."),
            Field("MAC", .string, .constructor, doc: "Ethernet address."),
            Field("MTU", .int, .constructor, doc: "Largest packet, in bytes."),
            Field("VLAN", .int, .constructor, doc: "VLAN tag, or -1 for an untagged interface."),
            Field(
                "device_name",
                .string,
                .readWrite,
                isInternal: true,
                doc: "Name of the device that the tag or bond sits on."
            ),
            Field("metrics", .ref("PIF_metrics"), doc: "Its traffic and link state."),
            Field(
                "physical",
                .bool,
                default: "false",
                doc: "Whether this is real hardware rather than a VLAN, bond or tunnel."
            ),
            Field("currently_attached", .bool, default: "true", doc: "Whether it is plugged in now."),
            Field(
                "ip_configuration_mode",
                .enumeration(.ipConfigurationMode),
                default: "None",
                doc: "Where the host gets its address on this interface."
            ),
            Field("IP", .string, default: "", doc: "IPv4 address; empty where there is none."),
            Field("netmask", .string, default: "", doc: "IPv4 netmask."),
            Field("gateway", .string, default: "", doc: "IPv4 gateway."),
            Field("DNS", .string, default: "", doc: "DNS servers, separated by commas."),
            Field("bond_slave_of", .ref("Bond"), default: "", doc: "The bond that this interface is a part of."),
            Field("bond_master_of", .set(.ref("Bond")), doc: "The bond that this interface stands for."),
            Field("VLAN_master_of", .ref("VLAN"), default: "", doc: "The VLAN that this interface carries untagged."),
            Field("VLAN_slave_of", .set(.ref("VLAN")), doc: "The VLANs that run over this interface."),
            Field("management", .bool, default: "false", doc: "Whether the host is managed over this interface."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field(
                "disallow_unplug",
                .bool,
                .readWrite,
                default: "false",
                doc: "Whether unplugging is refused, since storage or HA depends on it."
            ),
            Field("tunnel_access_PIF_of", .set(.ref("tunnel")), doc: "The tunnel that this interface gives access to."),
            Field("tunnel_transport_PIF_of", .set(.ref("tunnel")), doc: "The tunnels that run over this interface."),
        ],
        messages: [
            Message(
                "create_VLAN",
                ["device": .string, "network": .ref("network"), "host": .ref("host"), "VLAN": .int],
                returns: .ref("PIF"),
                role: .poolOperator,
                doc: "Makes a VLAN interface on one host."
            ),
            Message("destroy", ["self": .ref("PIF")], role: .poolOperator, doc: "Destroys the object."),
            Message(
                "reconfigure_ip",
                [
                    "self": .ref("PIF"), "mode": .enumeration(.ipConfigurationMode), "IP": .string, "netmask": .string,
                    "gateway": .string, "DNS": .string,
                ],
                role: .poolOperator,
                doc: "Changes the address."
            ),
            Message(
                "scan",
                ["host": .ref("host")],
                role: .poolOperator,
                doc: "Looks for interfaces that the database lacks."
            ),
            Message(
                "introduce",
                ["host": .ref("host"), "MAC": .string, "device": .string],
                returns: .ref("PIF"),
                role: .poolOperator,
                doc: "Records an interface of a host."
            ),
            Message(
                "forget",
                ["self": .ref("PIF")],
                role: .poolOperator,
                doc: "Removes it from the database and leaves the thing itself alone."
            ),
            Message("unplug", ["self": .ref("PIF")], role: .poolOperator, doc: "Unplugs it."),
            Message("plug", ["self": .ref("PIF")], role: .poolOperator, doc: "Plugs it in."),
            Message(
                "pool_introduce",
                [
                    "device": .string, "network": .ref("network"), "host": .ref("host"), "MAC": .string, "MTU": .int,
                    "VLAN": .int, "physical": .bool, "ip_configuration_mode": .enumeration(.ipConfigurationMode),
                    "IP": .string, "netmask": .string, "gateway": .string, "DNS": .string,
                    "bond_slave_of": .ref("Bond"), "VLAN_master_of": .ref("VLAN"), "management": .bool,
                    "other_config": .map(.string, .string),
                ],
                optional: ["disallow_unplug": .bool],
                returns: .ref("PIF"),
                role: .poolOperator,
                doc: "Records an object of a joining host."
            ),
            Message(
                "db_introduce",
                [
                    "device": .string, "network": .ref("network"), "host": .ref("host"), "MAC": .string, "MTU": .int,
                    "VLAN": .int, "physical": .bool, "ip_configuration_mode": .enumeration(.ipConfigurationMode),
                    "IP": .string, "netmask": .string, "gateway": .string, "DNS": .string,
                    "bond_slave_of": .ref("Bond"), "VLAN_master_of": .ref("VLAN"), "management": .bool,
                    "other_config": .map(.string, .string),
                ],
                optional: ["disallow_unplug": .bool],
                returns: .ref("PIF"),
                role: .poolOperator,
                doc: "Records the object in the database only."
            ),
            Message(
                "db_forget",
                ["self": .ref("PIF")],
                role: .poolOperator,
                doc: "Removes the object from the database only."
            ),
        ]
    )
}
