import Datamodel
public import PoolDatabase

/// The classes that a remote pool's mirror holds: those that we know, with what later generations have added to them.
///
/// A class or field that a pool lacks stays empty in the mirror; what the pool sends of it is told by ``PoolMirror/sends(_:_:)``.
public enum RemoteDatamodel {
    /// The layout of a mirror.
    public static let schema = Schema(classes: classes)

    /// Objects of these are the pool's own business, and too many; or they are this server's own, such as its sessions.
    private static let left: Set<String> = [
        "session", "event", "message", "role", "user", "subject", "auth", "secret", "blob", "data_source",
    ]

    private static let classes: [ClassModel] =
        Datamodel.offered.map { model in
            guard let later = laterFields[model.name] else { return model }
            let known = Set(model.fields.map(\.name))
            return ClassModel(
                model.name,
                model.doc,
                isInDatabase: model.isInDatabase,
                fields: model.fields + later.filter { !known.contains($0.name) }
            )
        } + [poolUpdate, repository]

    /// The classes whose objects are followed, in their own spelling.
    static let followed: [String] = classes.filter { model in
        model.isInDatabase && model.emitsEvents && !left.contains(model.name)
            && !Datamodel.extensions.contains { $0.name == model.name }
    }.map(\.name)

    private static let laterFields: [String: [Field]] = [
        "pool": [
            Field("repositories", .set(.ref("Repository")), doc: "Repositories that are enabled."),
            Field("last_update_sync", .datetime, doc: "When updates were synchronised last."),
        ],
        "host": guidance + [
            Field("updates", .set(.ref("pool_update")), doc: "Updates that are applied."),
            Field(
                "updates_requiring_reboot",
                .set(.ref("pool_update")),
                doc: "Applied updates that wait for a restart."
            ),
            Field("latest_synced_updates_applied", .string, default: "", doc: "yes, no or unknown."),
            Field("last_software_update", .datetime, doc: "When updates were applied last."),
            Field("last_update_hash", .string, default: "", doc: "The digest of the updates applied last."),
        ],
        "VM": guidance,
        "pool_patch": [
            Field("pool_update", .ref("pool_update"), default: "OpaqueRef:NULL", doc: "The update that it stands for.")
        ],
    ]

    private static let guidance: [Field] = [
        Field("pending_guidances", .set(.string), doc: "What must still be done."),
        Field("pending_guidances_recommended", .set(.string), doc: "What should be done."),
        Field("pending_guidances_full", .set(.string), doc: "What can be done besides."),
    ]

    private static let poolUpdate = ClassModel(
        "pool_update",
        "An update image of XenServer 7.1 to 8.2.",
        fields: names + [
            Field("version", .string, default: "", doc: "Version."),
            Field("installation_size", .int, default: "0", doc: "Bytes that it takes on a host."),
            Field("key", .string, default: "", doc: "The key of its packages."),
            Field("after_apply_guidance", .set(.string), doc: "What it asks for once applied."),
            Field("vdi", .ref("VDI"), default: "OpaqueRef:NULL", doc: "The image; none once it is cleaned."),
            Field("hosts", .set(.ref("host")), doc: "Hosts that have it."),
            Field("enforce_homogeneity", .bool, default: "false", doc: "Whether every host of the pool must have it."),
            Field("other_config", .map(.string, .string), default: "()", doc: "Free keys and values."),
        ]
    )

    private static let repository = ClassModel(
        "Repository",
        "A repository of XenServer 8.3 and later.",
        fields: names + [
            Field("binary_url", .string, default: "", doc: "Where its packages are."),
            Field("source_url", .string, default: "", doc: "Where its sources are."),
            Field("update", .bool, default: "false", doc: "Whether it holds updates."),
            Field("hash", .string, default: "", doc: "The digest of what was synchronised."),
            Field("origin", .string, default: "", doc: "remote, bundle or remote_pool."),
        ]
    )

    private static let names: [Field] = [
        Field("uuid", .string, default: "", doc: "Unique identifier."),
        Field("name__label", .string, default: "", doc: "Name for people."),
        Field("name__description", .string, default: "", doc: "Notes for people."),
    ]
}
