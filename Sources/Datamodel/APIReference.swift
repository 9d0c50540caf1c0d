/// The API reference, written from the datamodel.
public enum APIReference {
    /// The whole reference as a Markdown page.
    public static func markdown() -> String {
        var page = introduction
        page += "\n## Classes\n\n"
        page += Datamodel.classesInOrder.map { "[\($0.name)](#\(anchor($0.name)))" }.joined(separator: " · ") + "\n"
        for model in Datamodel.classesInOrder { page += "\n" + section(model) }
        page += "\n## Pitstop's own classes\n\nNo part of XenAPI; clients that do not know them miss nothing.\n"
        for model in Datamodel.extensions { page += "\n" + section(model) }
        return page + "\n" + enumerations + "\n" + errors
    }

    private static let introduction = """
        # XenAPI, as Pitstop speaks it

        Written from the datamodel; `UPDATE_DOCS=1 swift test --filter APIReference` writes it anew.

        The classes, fields, messages and errors are those of XenAPI \(Datamodel.apiVersion.major).\
        \(Datamodel.apiVersion.minor) (XenServer 6.0). What came later says so. A message that Pitstop does not perform
        answers `NOT_IMPLEMENTED` with the message's name.

        The first argument of every message is a session, unless it says *no session*; it is left out below. *async*
        messages have a twin `Async.CLASS.MESSAGE` that returns a task at once. The role is the least one that may send a
        message; each of these may do what the ones before it may:
        \(Role.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")).

        ## Messages that classes share

        | message | parameters | result | for |
        |---|---|---|---|
        | `get_record` | self | record | every class with a uuid |
        | `get_by_uuid` | uuid | ref | every class with a uuid |
        | `get_by_name_label` | label | set of refs | every class with a name, except pool |
        | `get_all` | | set of refs | every class that can be listed |
        | `get_all_records` | | map from refs to records | every class that can be listed |
        | `get_all_records_where` | expr | map from refs to records | every class that can be listed |
        | `create`, `destroy` | record; self | ref; nothing | where a class says so |
        | `get_FIELD` | self | the field | every field |
        | `set_FIELD` | self, value | nothing | fields marked RW |
        | `add_to_FIELD`, `remove_from_FIELD` | self, key, value; self, key | nothing | maps marked RW |
        | `add_FIELD`, `remove_FIELD` | self, value | nothing | sets marked RW |

        """

    // MARK: Classes

    private static func section(_ model: ClassModel) -> String {
        var text = "### \(model.name)\n\n\(model.doc)\n\n"
        text += facts(model).joined(separator: " ") + "\n"
        let fields = model.fields.filter { !$0.isInternal }
        if !fields.isEmpty {
            text += "\n| field | type | access | default | meaning |\n|---|---|---|---|---|\n"
            text += fields.map(row).joined()
        }
        if !model.messages.isEmpty {
            text += "\n| message | parameters | result | role | what it does |\n|---|---|---|---|---|\n"
            text += model.messages.map(row).joined()
        }
        return text
    }

    private static func facts(_ model: ClassModel) -> [String] {
        var facts = [model.emitsEvents ? "Changes appear as events." : "Changes do not appear as events."]
        if !model.isPersisted { facts.append("Not kept over restarts.") }
        if model.isConstructible { facts.append("Clients make and destroy it (`create`, `destroy`).") }
        if model.fields.contains(where: { $0.access == .readWrite && !$0.isInternal }) {
            facts.append("RW fields are set by `\(model.role.rawValue)` and above.")
        }
        if model.readRole > .readOnly { facts.append("Read by `\(model.readRole.rawValue)` and above.") }
        return facts
    }

    private static func row(_ field: Field) -> String {
        let access =
            switch field.access {
            case .readOnly: "RO"
            case .readWrite: "RW"
            case .constructor: "at creation"
            }
        let role = field.role.map { " (`\($0.rawValue)`)" } ?? ""
        let value = field.defaultValue.map { $0.isEmpty ? "empty" : "`\(cell($0))`" } ?? ""
        return "| `\(field.name)` | \(name(field.type)) | \(access)\(role) | \(value) | \(cell(field.doc)) |\n"
    }

    private static func row(_ message: Message) -> String {
        let parameters = message.parameters.map { parameter in
            "\(parameter.name): \(name(parameter.type))\(parameter.isOptional ? " (optional)" : "")"
        }
        var marks: [String] = []
        if message.isAsync { marks.append("*async*") }
        if !message.needsSession { marks.append("*no session*") }
        if message.isPoolInternal { marks.append("*between hosts*") }
        if let since = message.since { marks.append("*since \(since)*") }
        let doc = ([cell(message.doc)] + marks).joined(separator: " ")
        return "| `\(message.name)` | \(parameters.joined(separator: ", ")) | \(name(message.result)) |"
            + " `\(message.role.rawValue)` | \(doc) |\n"
    }

    // MARK: Enumerations and errors

    private static var enumerations: String {
        var lists: [String: Enumeration] = [:]
        func collect(_ type: FieldType) {
            switch type {
            case .enumeration(let list): lists[list.name] = list
            case .set(let element): collect(element)
            case .map(let key, let value):
                collect(key)
                collect(value)
            case .string, .int, .float, .bool, .datetime, .void, .ref, .record: break
            }
        }
        for model in Datamodel.offered {
            for field in model.fields { collect(field.type) }
            for message in model.messages {
                for type in message.parameters.map(\.type) + [message.result] { collect(type) }
            }
        }
        var text = "## Enumerations\n\n| name | words |\n|---|---|\n"
        for list in lists.values.sorted(by: { $0.name < $1.name }) {
            text += "| \(list.name) | \(list.cases.map { "`\($0)`" }.joined(separator: " ")) |\n"
        }
        return text
    }

    private static var errors: String {
        var text = "## Errors\n\n| code | parameters | meaning |\n|---|---|---|\n"
        for error in Datamodel.errors.values.sorted(by: { $0.code < $1.code }) {
            let since = error.since.map { " *since \($0)*" } ?? ""
            text +=
                "| `\(error.code)` | \(error.parameters.joined(separator: ", ")) | \(cell(error.description))\(since) |\n"
        }
        return text
    }

    // MARK: Words

    private static func name(_ type: FieldType) -> String {
        switch type {
        case .string: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .datetime: "datetime"
        case .void: ""
        case .enumeration(let list): "[\(list.name)](#enumerations)"
        case .ref(let name): "\(name) ref"
        case .record(let name): "\(name) record"
        case .set(let element): "set of \(name(element))"
        case .map(let key, let value): "map \(name(key)) → \(name(value))"
        }
    }

    /// The anchor that Markdown viewers give a heading.
    private static func anchor(_ heading: String) -> String { heading.lowercased() }

    /// Text that may stand in a table.
    private static func cell(_ text: String) -> String {
        String(text.flatMap { $0 == "|" ? Array("\\|") : [$0] })
    }
}
