extension ClassModel {
    /// `host_cpu`: a physical CPU of a host.
    static let hostCpu = ClassModel(
        "host_cpu",
        "A physical CPU of a host.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field("host", .ref("host"), doc: "The host that it sits in."),
            Field("number", .int, doc: "Its number on the host, from 0."),
            Field("vendor", .string, doc: "Who made it."),
            Field("speed", .int, doc: "Clock, in MHz."),
            Field("modelname", .string, doc: "Name of the model."),
            Field("family", .int, doc: "Family number."),
            Field("model", .int, doc: "Model number."),
            Field("stepping", .string, doc: "Stepping."),
            Field("flags", .string, doc: "Features, as words."),
            Field("features", .string, doc: "Features, as a bit map in hexadecimal."),
            Field("utilisation", .float, isPersisted: false, doc: "Use now, from 0 to 1."),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
        ]
    )
}
