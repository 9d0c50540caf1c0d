extension ClassModel {
    /// `pool_patch`: an update package that the pool knows, whether or not it is applied anywhere.
    static let poolPatch = ClassModel(
        "pool_patch",
        "An update package that the pool knows, whether or not it is applied anywhere.",
        fields: [
            Field("uuid", .string, doc: "Unique identifier, which stays the same over restarts and pool changes."),
            Field(
                "name__label",
                .string,
                .constructor,
                default: "",
                doc: "Name for people to read; need not be unique."
            ),
            Field("name__description", .string, .constructor, default: "", doc: "Notes for people to read."),
            Field("version", .string, .constructor, default: "", doc: "Version that the package states."),
            Field(
                "filename",
                .string,
                isInternal: true,
                default: "",
                doc: "File of the package on the master; empty once it is cleaned."
            ),
            Field("size", .int, default: "0", doc: "Size of the package, in bytes; 0 where only its stamp is known."),
            Field("pool_applied", .bool, default: "false", doc: "Whether a pool-wide apply has run to its end."),
            Field("host_patches", .set(.ref("host_patch")), doc: "The hosts that have it."),
            Field(
                "after_apply_guidance",
                .set(.enumeration(.afterApplyGuidance)),
                default: "()",
                doc: "What must be restarted once it is applied."
            ),
            Field(
                "other_config",
                .map(.string, .string),
                .readWrite,
                default: "()",
                doc: "Free keys and values for clients."
            ),
            Field("sha256", .string, isOwn: true, default: "", doc: "SHA-256 of the package, as it was taken in."),
            Field("md5", .string, isOwn: true, default: "", doc: "MD5 of the package, as it was taken in."),
            Field("trust", .string, isOwn: true, default: "", doc: "Why the package was believed, in words."),
            Field("uploaded", .datetime, isOwn: true, doc: "When it was uploaded first."),
        ],
        messages: [
            Message(
                "apply",
                ["self": .ref("pool_patch"), "host": .ref("host")],
                returns: .string,
                role: .poolOperator,
                doc: "Applies the patch to one host and returns what it printed."
            ),
            Message(
                "pool_apply",
                ["self": .ref("pool_patch")],
                role: .poolOperator,
                doc: "Applies the patch to every host that lacks it, one after another."
            ),
            Message(
                "precheck",
                ["self": .ref("pool_patch"), "host": .ref("host")],
                returns: .string,
                role: .poolOperator,
                doc: "Checks whether the patch can be applied to a host and returns what it printed."
            ),
            Message(
                "clean",
                ["self": .ref("pool_patch")],
                role: .poolOperator,
                doc: "Deletes the file of the patch; the record stays."
            ),
            Message(
                "destroy",
                ["self": .ref("pool_patch")],
                role: .poolOperator,
                doc: "Deletes the patch; no host may have it."
            ),
            Message(
                "pool_clean",
                ["self": .ref("pool_patch")],
                role: .poolOperator,
                since: "6.1",
                doc: "Deletes the file of the patch on every host; the record stays."
            ),
            Message(
                "clean_on_host",
                ["self": .ref("pool_patch"), "host": .ref("host")],
                role: .poolOperator,
                since: "6.1",
                doc: "Deletes the file of the patch on one host."
            ),
        ]
    )
}
