extension ClassModel {
    /// The messages that every class of its kind has: those on whole objects, then getters and setters of its fields.
    ///
    /// A message that the class declares itself is not repeated here.
    public var implicitMessages: [Message] {
        let own = Set(messages.map(\.name))
        return (objectMessages + fieldMessages).filter { !own.contains($0.name) }
    }

    /// All its messages, the implicit ones after its own.
    public var allMessages: [Message] { messages + implicitMessages }

    /// The messages on whole objects: `get_record`, `get_by_uuid`, `get_all` and their kin.
    var objectMessages: [Message] {
        guard field("uuid") != nil else { return [] }
        let ref = FieldType.ref(name)
        let records = FieldType.map(ref, .record(name))
        var messages = [
            Message(
                "get_record",
                ["self": ref],
                returns: .record(name),
                async: false,
                role: readRole,
                doc: "The whole record of an object."
            ),
            Message(
                "get_by_uuid",
                ["uuid": .string],
                returns: ref,
                async: false,
                role: readRole,
                doc: "The object with that uuid."
            ),
        ]
        if field(column: "name__label") != nil {
            messages.append(
                Message(
                    "get_by_name_label",
                    ["label": .string],
                    returns: .set(ref),
                    async: false,
                    role: readRole,
                    doc: "The objects with that name."
                )
            )
        }
        if isConstructible {
            messages += [
                Message(
                    "create",
                    ["args": .record(name)],
                    returns: ref,
                    role: role,
                    doc: "Makes an object from a record."
                ),
                Message("destroy", ["self": ref], role: role, doc: "Destroys an object."),
            ]
        }
        if isEnumerable {
            messages += [
                Message("get_all", returns: .set(ref), async: false, role: readRole, doc: "All objects."),
                Message(
                    "get_all_records_where",
                    ["expr": .string],
                    returns: records,
                    async: false,
                    role: readRole,
                    doc: "The records of the objects that a query matches."
                ),
                Message(
                    "get_all_records",
                    returns: records,
                    async: false,
                    role: readRole,
                    doc: "The records of all objects."
                ),
            ]
        }
        return messages
    }

    /// Getters and setters.
    var fieldMessages: [Message] {
        guard isInDatabase else { return [] }
        return fields.filter { !$0.isInternal }.flatMap { field in [getter(field)] + setters(field) }
    }

    private func getter(_ field: Field) -> Message {
        Message(
            "get_\(field.name)",
            ["self": .ref(name)],
            returns: field.type,
            async: false,
            role: readRole,
            doc: "Reads `\(field.name)`."
        )
    }

    private func setters(_ field: Field) -> [Message] {
        guard field.access == .readWrite else { return [] }
        let role = field.role ?? role
        let me = FieldType.ref(name)
        let set = Message(
            "set_\(field.name)",
            ["self": me, "value": field.type],
            async: false,
            role: role,
            doc: "Sets `\(field.name)`."
        )
        switch field.type {
        case .map(let key, let value):
            return [
                set,
                Message(
                    "add_to_\(field.name)",
                    ["self": me, "key": key, "value": value],
                    async: false,
                    role: role,
                    doc: "Adds a key to `\(field.name)`."
                ),
                Message(
                    "remove_from_\(field.name)",
                    ["self": me, "key": key],
                    async: false,
                    role: role,
                    doc: "Removes a key from `\(field.name)`."
                ),
            ]
        case .set(let element):
            return [
                set,
                Message(
                    "add_\(field.name)",
                    ["self": me, "value": element],
                    async: false,
                    role: role,
                    doc: "Adds an element to `\(field.name)`."
                ),
                Message(
                    "remove_\(field.name)",
                    ["self": me, "value": element],
                    async: false,
                    role: role,
                    doc: "Removes an element from `\(field.name)`."
                ),
            ]
        default: return [set]
        }
    }
}
