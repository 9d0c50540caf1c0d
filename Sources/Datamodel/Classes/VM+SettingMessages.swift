extension ClassModel {
    /// The messages of `VM` that change its settings or answer questions.
    static let vmSettingMessages: [Message] = [
        Message(
            "set_VCPUs_number_live",
            ["self": .ref("VM"), "nvcpu": .int],
            role: .vmAdmin,
            doc: "Changes the number of virtual CPUs while it runs."
        ),
        Message(
            "add_to_VCPUs_params_live",
            ["self": .ref("VM"), "key": .string, "value": .string],
            role: .vmAdmin,
            doc: "Adds a parameter of the virtual CPUs while it runs."
        ),
        Message(
            "set_ha_restart_priority",
            ["self": .ref("VM"), "value": .string],
            async: false,
            role: .poolOperator,
            doc: "Says what HA does when its host fails."
        ),
        Message(
            "set_ha_always_run",
            ["self": .ref("VM"), "value": .bool],
            async: false,
            role: .poolOperator,
            doc: "Says whether HA keeps it running."
        ),
        Message(
            "compute_memory_overhead",
            ["vm": .ref("VM")],
            returns: .int,
            role: .readOnly,
            doc: "Computes the memory that its virtualisation needs on top, in bytes."
        ),
        Message(
            "set_memory_dynamic_max",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmPowerAdmin,
            doc: "Sets the most memory that it may have while it runs, in bytes."
        ),
        Message(
            "set_memory_dynamic_min",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmPowerAdmin,
            doc: "Sets the least memory that it may be squeezed to while it runs, in bytes."
        ),
        Message(
            "set_memory_dynamic_range",
            ["self": .ref("VM"), "min": .int, "max": .int],
            role: .vmPowerAdmin,
            doc: "Sets both dynamic limits, in bytes."
        ),
        Message(
            "set_memory_static_max",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmPowerAdmin,
            doc: "Sets the most memory that it can ever have, in bytes."
        ),
        Message(
            "set_memory_static_min",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmPowerAdmin,
            doc: "Sets the least memory that it can start with, in bytes."
        ),
        Message(
            "set_memory_static_range",
            ["self": .ref("VM"), "min": .int, "max": .int],
            role: .vmPowerAdmin,
            doc: "Sets both static limits, in bytes."
        ),
        Message(
            "set_memory_limits",
            ["self": .ref("VM"), "static_min": .int, "static_max": .int, "dynamic_min": .int, "dynamic_max": .int],
            role: .vmPowerAdmin,
            doc: "Sets all four limits, in bytes."
        ),
        Message(
            "set_memory_target_live",
            ["self": .ref("VM"), "target": .int],
            role: .vmPowerAdmin,
            doc: "Sets the memory that it should have now, in bytes."
        ),
        Message(
            "wait_memory_target_live",
            ["self": .ref("VM")],
            role: .readOnly,
            doc: "Waits until it has the memory that it should have."
        ),
        Message(
            "get_cooperative",
            ["self": .ref("VM")],
            returns: .bool,
            role: .readOnly,
            doc: "Whether it gives back memory when it is asked to."
        ),
        Message(
            "set_HVM_shadow_multiplier",
            ["self": .ref("VM"), "value": .float],
            async: false,
            role: .vmPowerAdmin,
            doc: "Sets the factor on shadow memory of a halted VM."
        ),
        Message(
            "set_shadow_multiplier_live",
            ["self": .ref("VM"), "multiplier": .float],
            role: .vmPowerAdmin,
            doc: "Sets the factor on shadow memory while it runs."
        ),
        Message(
            "set_VCPUs_max",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmAdmin,
            doc: "Sets the most virtual CPUs that it can have."
        ),
        Message(
            "set_VCPUs_at_startup",
            ["self": .ref("VM"), "value": .int],
            async: false,
            role: .vmAdmin,
            doc: "Sets the virtual CPUs that it starts with."
        ),
        Message(
            "maximise_memory",
            ["self": .ref("VM"), "total": .int, "approximate": .bool],
            returns: .int,
            role: .readOnly,
            doc: "Computes the most static memory that fits into a total, in bytes."
        ),
        Message(
            "get_boot_record",
            ["self": .ref("VM")],
            returns: .record("VM"),
            async: false,
            role: .readOnly,
            doc: "Its record as it was at its last start."
        ),
        Message(
            "get_data_sources",
            ["self": .ref("VM")],
            returns: .set(.record("data_source")),
            async: false,
            role: .readOnly,
            doc: "Lists what can be measured."
        ),
        Message(
            "get_allowed_VBD_devices",
            ["vm": .ref("VM")],
            returns: .set(.string),
            async: false,
            role: .readOnly,
            doc: "Positions that are free for a drive."
        ),
        Message(
            "get_allowed_VIF_devices",
            ["vm": .ref("VM")],
            returns: .set(.string),
            async: false,
            role: .readOnly,
            doc: "Positions that are free for a network interface."
        ),
        Message(
            "get_possible_hosts",
            ["vm": .ref("VM")],
            returns: .set(.ref("host")),
            role: .readOnly,
            doc: "Hosts that it could start on."
        ),
        Message(
            "set_protection_policy",
            ["self": .ref("VM"), "value": .ref("VMPP")],
            async: false,
            role: .poolOperator,
            doc: "Sets the policy by which it is backed up."
        ),
        Message(
            "set_start_delay",
            ["self": .ref("VM"), "value": .int],
            role: .poolOperator,
            doc: "Sets the seconds to wait after its start."
        ),
        Message(
            "set_shutdown_delay",
            ["self": .ref("VM"), "value": .int],
            role: .poolOperator,
            doc: "Sets the seconds to wait after its shutdown."
        ),
        Message(
            "set_order",
            ["self": .ref("VM"), "value": .int],
            role: .poolOperator,
            doc: "Sets its place in the starting order."
        ),
        Message(
            "set_suspend_VDI",
            ["self": .ref("VM"), "value": .ref("VDI")],
            role: .poolOperator,
            doc: "Records the disk that holds its memory."
        ),
        Message(
            "set_appliance",
            ["self": .ref("VM"), "value": .ref("VM_appliance")],
            role: .poolOperator,
            doc: "Makes it a part of an appliance."
        ),
    ]
}
