/// Pitstop's own messages about updates, beside those of XenAPI: what the catalogue says, and what became of packages.
extension ClassModel {
    private static let entries = FieldType.set(.map(.string, .string))

    static let poolUpdateMessages: [Message] = [
        Message(
            "get_catalogue",
            ["self": .ref("pool")],
            returns: .map(.string, .string),
            async: false,
            role: .readOnly,
            since: Datamodel.ownRelease,
            doc: "The catalogue of updates in use: sha256, trust, updates, release, issued, expires; empty without one."
        ),
        Message(
            "get_update_status",
            ["self": .ref("pool")],
            returns: .map(.ref("host"), entries),
            async: false,
            role: .readOnly,
            since: Datamodel.ownRelease,
            doc: "What the catalogue says about each host; see host.get_update_status."
        ),
        Message(
            "get_update_order",
            ["self": .ref("pool")],
            returns: .set(.string),
            async: false,
            role: .readOnly,
            since: Datamodel.ownRelease,
            doc: "Uuids of all updates that some host needs, in an order that suits every host."
        ),
    ]

    static let hostUpdateMessages: [Message] = [
        Message(
            "get_update_status",
            ["self": .ref("host")],
            returns: entries,
            async: false,
            role: .readOnly,
            since: Datamodel.ownRelease,
            doc: "What the catalogue says about each update on the host: uuid, name_label, state, reason, missing, "
                + "applicable_now, position and what the catalogue tells of the update."
        ),
        Message(
            "verify_packages",
            ["self": .ref("host")],
            returns: entries,
            role: .poolOperator,
            since: Datamodel.ownRelease,
            doc: "Compares the host's packages, file by file, with what the patches applied to it promised: package, "
                + "promised, installed, patch, state, drift and findings (a line each)."
        ),
    ]
}
