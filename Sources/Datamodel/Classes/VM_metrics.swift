extension ClassModel {
    /// `VM_metrics`: figures on a VM that runs.
    static let vmMetrics = ClassModel(
        "VM_metrics",
        "Figures on a VM that runs.",
        role: .vmAdmin,
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("memory__actual", .int, isPersisted: false, doc: "Memory that the VM has now, in bytes."),
            Field("VCPUs__number", .int, doc: "Virtual CPUs that it has now."),
            Field(
                "VCPUs__utilisation",
                .map(.int, .float),
                isPersisted: false,
                doc: "Use of each virtual CPU, from 0 to 1."
            ),
            Field(
                "VCPUs__CPU",
                .map(.int, .int),
                isPersisted: false,
                doc: "The physical CPU on which each virtual one runs."
            ),
            Field(
                "VCPUs__params",
                .map(.string, .string),
                isPersisted: false,
                doc: "Parameters of the virtual CPUs, as they are in force."
            ),
            Field("VCPUs__flags", .map(.int, .set(.string)), isPersisted: false, doc: "States of each virtual CPU."),
            Field(
                "state",
                .set(.string),
                isPersisted: false,
                doc: "States of the domain, such as `running` or `blocked`."
            ),
            Field("start_time", .datetime, doc: "When it last started."),
            Field("install_time", .datetime, doc: "When it was installed."),
            Field("last_updated", .datetime, isPersisted: false, doc: "When these figures were last written."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                isPersisted: false,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ]
    )
}
