extension ClassModel {
    /// The fields of `host`.
    static let hostFields: [Field] = [
        Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
        Field("name__label", .string, .readWrite, default: "", doc: "Name for people to read; need not be unique."),
        Field("name__description", .string, .readWrite, default: "", doc: "Notes for people to read."),
        Field("memory__overhead", .int, default: "0", doc: "Memory that the hypervisor itself takes, in bytes."),
        Field(
            "allowed_operations",
            .set(.enumeration(.hostAllowedOperations)),
            isPersisted: false,
            doc: "Operations that may be started now; advisory, since it may change at any time."
        ),
        Field(
            "current_operations",
            .map(.string, .enumeration(.hostAllowedOperations)),
            isPersisted: false,
            doc: "Operations that run now, by the reference of their task."
        ),
        Field("API_version__major", .int, doc: "Major number of the API that it speaks."),
        Field("API_version__minor", .int, doc: "Minor number of the API that it speaks."),
        Field("API_version__vendor", .string, doc: "Who made this implementation of the API."),
        Field("API_version__vendor_implementation", .map(.string, .string), doc: "Details of the implementation."),
        Field("enabled", .bool, doc: "Whether VMs may start on it or move to it."),
        Field(
            "software_version",
            .map(.string, .string),
            .constructor,
            doc: "Versions of its software, such as `product_version` and `build_number`."
        ),
        Field(
            "other_config",
            .map(.string, .string),
            .readWrite,
            keyRoles: ["folder": .vmOperator, "XenCenter.CustomFields.*": .vmOperator],
            doc: "Free keys and values for clients."
        ),
        Field(
            "capabilities",
            .set(.string),
            .constructor,
            doc: "What its hypervisor can run, such as `xen-3.0-x86_64`."
        ),
        Field("cpu_configuration", .map(.string, .string), doc: "Settings of its CPUs."),
        Field("sched_policy", .string, doc: "Scheduler of its hypervisor."),
        Field("supported_bootloaders", .set(.string), doc: "Boot loaders that it has for paravirtual guests."),
        Field("resident_VMs", .set(.ref("VM")), doc: "The VMs that run on it, its control domain among them."),
        Field("logging", .map(.string, .string), .readWrite, doc: "Where its logs go, such as `syslog_destination`."),
        Field("PIFs", .set(.ref("PIF")), doc: "Its network interfaces."),
        Field("suspend_image_sr", .ref("SR"), .readWrite, doc: "Where the memory of suspended VMs is kept."),
        Field("crash_dump_sr", .ref("SR"), .readWrite, doc: "Where crash dumps are kept."),
        Field("crashdumps", .set(.ref("host_crashdump")), doc: "Its crash dumps."),
        Field("patches", .set(.ref("host_patch")), doc: "The patches that have been applied to it."),
        Field("PBDs", .set(.ref("PBD")), doc: "Its connections to storage."),
        Field("host_CPUs", .set(.ref("host_cpu")), doc: "Its physical CPUs."),
        Field(
            "cpu_info",
            .map(.string, .string),
            default: "()",
            doc: "Facts on its CPUs: vendor, speed, features, count."
        ),
        Field("hostname", .string, .readWrite, doc: "Name of the machine."),
        Field("address", .string, .readWrite, doc: "Address at which the other hosts and clients reach it."),
        Field("metrics", .ref("host_metrics"), doc: "Its memory and whether it lives."),
        Field("license_params", .map(.string, .string), doc: "Contents of its licence."),
        Field("boot_free_mem", .int, isInternal: true, doc: "Memory that was free after it booted, in bytes."),
        Field(
            "ha_statefiles",
            .set(.string),
            default: "()",
            doc: "The disks that HA keeps its state on, as this host sees it."
        ),
        Field("ha_network_peers", .set(.string), default: "()", doc: "The hosts that HA reaches over the network."),
        Field(
            "blobs",
            .map(.string, .ref("blob")),
            default: "()",
            doc: "Binary data that clients have attached, by name."
        ),
        Field(
            "tags",
            .set(.string),
            .readWrite,
            default: "()",
            role: .vmOperator,
            doc: "Free words by which clients group objects."
        ),
        Field(
            "external_auth_type",
            .string,
            default: "",
            doc: "Kind of directory service that users come from; empty where there is none."
        ),
        Field("external_auth_service_name", .string, default: "", doc: "Name of the directory service."),
        Field(
            "external_auth_configuration",
            .map(.string, .string),
            default: "()",
            doc: "Settings of the directory service."
        ),
        Field("edition", .string, default: "", doc: "Edition of the product that it is licensed for."),
        Field(
            "license_server",
            .map(.string, .string),
            .readWrite,
            default: "(('address' 'localhost') ('port' '27000'))",
            doc: "Address and port of the licence server."
        ),
        Field("bios_strings", .map(.string, .string), default: "()", doc: "BIOS strings, by name."),
        Field("power_on_mode", .string, default: "", doc: "How it can be powered on from afar; empty where it can't."),
        Field("power_on_config", .map(.string, .string), default: "()", doc: "Settings for powering it on from afar."),
        Field(
            "local_cache_sr",
            .ref("SR"),
            .constructor,
            default: "OpaqueRef:NULL",
            doc: "The storage repository that it caches in."
        ),
        Field("chipset_info", .map(.string, .string), default: "()", doc: "Facts on its chipset, such as `iommu`."),
        Field("PCIs", .set(.ref("PCI")), doc: "Its PCI devices."),
        Field("PGPUs", .set(.ref("PGPU")), doc: "Its physical GPUs."),
    ]
}
