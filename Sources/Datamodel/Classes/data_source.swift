extension ClassModel {
    /// `data_source`: one figure that a host or VM can have measured and kept.
    static let dataSource = ClassModel(
        "data_source",
        "One figure that a host or VM can have measured and kept.",
        emitsEvents: false,
        isPersisted: false,
        isInDatabase: false,
        isEnumerable: false,
        role: .poolAdmin,
        fields: [
            Field("name__label", .string, default: "", doc: "Name for people to read; need not be unique."),
            Field("name__description", .string, default: "", doc: "Notes for people to read."),
            Field("enabled", .bool, doc: "Whether the figure is being kept."),
            Field("standard", .bool, doc: "Whether it is kept unless told otherwise."),
            Field("units", .string, doc: "Its unit."),
            Field("min", .float, doc: "Least value that it can have."),
            Field("max", .float, doc: "Greatest value that it can have."),
            Field("value", .float, doc: "Its value now."),
        ]
    )
}
