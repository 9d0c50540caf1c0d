extension ErrorModel {
    /// Errors on networks and interfaces.
    static let ofNetworks: [ErrorModel] = [
        ErrorModel(
            "CANNOT_ADD_TUNNEL_TO_BOND_SLAVE",
            ["PIF"],
            description: "The interface is part of a bond, so no tunnel can run over it."
        ),
        ErrorModel(
            "CANNOT_ADD_VLAN_TO_BOND_SLAVE",
            ["PIF"],
            description: "The interface is part of a bond, so no VLAN can run over it."
        ),
        ErrorModel(
            "CANNOT_DESTROY_SYSTEM_NETWORK",
            ["network"],
            description: "This network belongs to the system and cannot be destroyed."
        ),
        ErrorModel(
            "CANNOT_PLUG_BOND_SLAVE",
            ["PIF"],
            description: "The interface is part of a bond and cannot be plugged by itself."
        ),
        ErrorModel("CANNOT_PLUG_VIF", ["VIF"], description: "The virtual interface could not be plugged in."),
        ErrorModel(
            "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS",
            ["device", "mac"],
            description: "No interface has this device name and this MAC address."
        ),
        ErrorModel(
            "DUPLICATE_PIF_DEVICE_NAME",
            ["device"],
            description: "Another interface of the host has this device name."
        ),
        ErrorModel("INTERFACE_HAS_NO_IP", ["interface"], description: "The interface has no address."),
        ErrorModel("INVALID_IP_ADDRESS_SPECIFIED", ["parameter"], description: "This is not a valid IP address."),
        ErrorModel(
            "IS_TUNNEL_ACCESS_PIF",
            ["PIF"],
            description: "The interface gives access to a tunnel, so nothing else can run over it."
        ),
        ErrorModel("MAC_DOES_NOT_EXIST", ["MAC"], description: "The host has no interface with this MAC address."),
        ErrorModel("MAC_INVALID", ["MAC"], description: "This is not a valid MAC address."),
        ErrorModel("MAC_STILL_EXISTS", ["MAC"], description: "The host still has an interface with this MAC address."),
        ErrorModel(
            "NETWORK_ALREADY_CONNECTED",
            ["network", "connected PIF"],
            description: "The host is already connected to this network through another interface."
        ),
        ErrorModel("NETWORK_CONTAINS_PIF", ["pifs"], description: "Host interfaces are still on the network."),
        ErrorModel("NETWORK_CONTAINS_VIF", ["vifs"], description: "VM interfaces are still on the network."),
        ErrorModel("PIF_ALREADY_BONDED", ["PIF"], description: "The interface is already part of a bond."),
        ErrorModel("PIF_BOND_NEEDS_MORE_MEMBERS", description: "A bond needs at least two interfaces."),
        ErrorModel("PIF_CANNOT_BOND_CROSS_HOST", description: "The interfaces of a bond must all be on one host."),
        ErrorModel("PIF_CONFIGURATION_ERROR", ["PIF", "msg"], description: "The interface could not be configured."),
        ErrorModel("PIF_DEVICE_NOT_FOUND", description: "The host has no such network device."),
        ErrorModel("PIF_DOES_NOT_ALLOW_UNPLUG", ["PIF"], description: "The interface must not be unplugged."),
        ErrorModel("PIF_HAS_NO_NETWORK_CONFIGURATION", description: "The interface has no address configured."),
        ErrorModel("PIF_IS_MANAGEMENT_INTERFACE", ["PIF"], description: "The host is managed over this interface."),
        ErrorModel("PIF_IS_PHYSICAL", ["PIF"], description: "The interface is physical hardware."),
        ErrorModel("PIF_IS_VLAN", ["PIF"], description: "The interface is a VLAN."),
        ErrorModel("PIF_TUNNEL_STILL_EXISTS", ["PIF"], description: "A tunnel still runs over the interface."),
        ErrorModel("PIF_VLAN_EXISTS", ["PIF"], description: "The interface already carries this VLAN."),
        ErrorModel("PIF_VLAN_STILL_EXISTS", ["PIF"], description: "A VLAN still runs over the interface."),
        ErrorModel(
            "TRANSPORT_PIF_NOT_CONFIGURED",
            ["PIF"],
            description: "The interface that the tunnel runs over has no address."
        ),
        ErrorModel("VIF_IN_USE", ["network", "VIF"], description: "The network has interfaces that are in use."),
        ErrorModel("VLAN_TAG_INVALID", ["VLAN"], description: "This is not a valid VLAN tag."),
    ]
}
