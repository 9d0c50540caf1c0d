import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

extension Command {
    /// The commands that every class has: `CLASS-list` and `CLASS-param-…`.
    static func commands(for records: RecordClass) -> [Command] {
        var commands = [list(records), paramList(records), paramGet(records)]
        if records.fields.contains(where: \.isWritable) {
            commands += [paramSet(records), paramAdd(records), paramRemove(records)]
        }
        if records.fields.contains(where: { $0.access.count == 3 }) { commands.append(paramClear(records)) }
        return commands
    }

    private static func list(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-list",
            optional: ["params"],
            selectors: .fields,
            standard: ["vm", "host", "patch", "pool"].contains(records.name),
            "Lists all the \(records.name)s, filtering on the optional arguments. To filter on map parameters, use the "
                + "syntax 'map-param:key=value'"
        ) { run in
            let all = run.snapshot.refs(records.table).compactMap { run.snapshot.row(records.table, $0) }
            let rows: [Row]
            if try run.flag("all") {
                rows = all
            } else {
                let filters = run.filters
                let named = filters.contains { $0.name == "is-a-template" }
                rows = try run.matching(filters, records, among: all.filter { named || records.implicitFilter($0) })
            }
            let names = records.names(asked: run.request["params"])
            let snapshot = run.snapshot
            try await run.printer.records(rows.map { records.record($0, names, in: snapshot) })
        }
    }

    private static func paramList(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-list",
            required: ["uuid"],
            "Lists all the parameters of the object specified by the uuid."
        ) {
            run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            try await run.printer.records([records.record(row, Set(records.fields.map(\.name)), in: run.snapshot)])
        }
    }

    private static func paramGet(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-get",
            required: ["uuid", "param-name"],
            optional: ["param-key"],
            "Gets the parameter specified of the object. If the parameter is a map of key=value pairs, use 'param-key=<key>' to get the value associated with a particular key."
        ) { run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            let field = try records.requireField(try run.required("param-name"))
            let text = field.get(AllowedOperations.fill(row, in: run.snapshot), run.snapshot)
            guard let key = run.request["param-key"] else { return try await run.printer.list([text.printed]) }
            guard case .map(let members) = text else { throw CLIFailure.message("Field '\(field.name)' is not a map") }
            guard let member = members.first(where: { $0.key == key }) else {
                throw CLIFailure.message("Key \(key) not found in map")
            }
            try await run.printer.list([member.value])
        }
    }

    private static func paramSet(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-set",
            required: ["uuid"],
            selectors: .fields,
            "Sets the parameter specified. If param-value is not given, the parameter is set to a null value. To set a (key,value) pair in a map parameter, use the syntax 'map-param:key=value'."
        ) { run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            for change in run.filters {
                if let colon = change.name.firstIndex(of: ":") {
                    let field = try records.writableField(String(change.name[..<colon]))
                    let key = Value.string(String(change.name[change.name.index(after: colon)...]))
                    let ref = Value.string(row.ref.rawValue)
                    try await run.call("\(records.table).remove_from_\(field.name)", ref, key)
                    try await run.call("\(records.table).add_to_\(field.name)", ref, key, .string(change.value))
                } else {
                    let field = try records.writableField(change.name)
                    try await run.call(
                        "\(records.table).set_\(field.name)",
                        .string(row.ref.rawValue),
                        try run.reference(change.value, for: field)
                    )
                }
            }
        }
    }

    private static func paramAdd(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-add",
            required: ["uuid", "param-name"],
            optional: ["param-key"],
            selectors: .fields,
            "Adds to a set or map parameter. If the parameter is a set, use param-key=<key to add>. If the parameter is a map, pass the values to add as 'key=value' pairs."
        ) { run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            let field = try records.writableField(try run.required("param-name"))
            let (method, ref) = ("\(records.table).add_to_\(field.name)", Value.string(row.ref.rawValue))
            if case .map = field.type {
                for pair in run.filters { try await run.call(method, ref, .string(pair.name), .string(pair.value)) }
            } else {
                try await run.call("\(records.table).add_\(field.name)", ref, .string(try run.required("param-key")))
            }
        }
    }

    private static func paramRemove(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-remove",
            required: ["uuid", "param-name", "param-key"],
            "Removes a member or a key,value pair from a set/map respectively."
        ) { run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            let field = try records.writableField(try run.required("param-name"))
            let verb = if case .map = field.type { "remove_from_" } else { "remove_" }
            try await run.call(
                "\(records.table).\(verb)\(field.name)",
                .string(row.ref.rawValue),
                .string(try run.required("param-key"))
            )
        }
    }

    private static func paramClear(_ records: RecordClass) -> Command {
        Command(
            "\(records.name)-param-clear",
            required: ["uuid", "param-name"],
            "Clears the specified parameter (param-name can be set or map)."
        ) { run in
            let row = try run.object(records.table, uuid: try run.required("uuid"))
            let field = try records.writableField(try run.required("param-name"))
            let empty: Value = if case .map = field.type { .map([]) } else { .set([]) }
            try await run.call("\(records.table).set_\(field.name)", .string(row.ref.rawValue), empty)
        }
    }
}

extension RecordClass {
    /// The fields that `params=` asks for; names that the class does not know are passed over, as `xe` always has.
    func names(asked: String?) -> Set<String> {
        guard let asked, !asked.isEmpty else { return Set(listed) }
        return asked == "all" ? Set(fields.map(\.name)) : Set(asked.split(separator: ",").map(String.init))
    }

    fileprivate func requireField(_ name: String) throws(CLIFailure) -> RecordField {
        guard let field = field(name) else { throw .message("Unknown field '\(name)'") }
        return field
    }

    /// The field of the datamodel that a command may change.
    fileprivate func writableField(_ name: String) throws(CLIFailure) -> Field {
        let field = try requireField(name)
        guard field.isWritable, let written = field.field else { throw .message("Field '\(name)' is read-only.") }
        return written
    }
}

extension CommandRun {
    /// A value for a field: where the field holds a reference, people give the uuid.
    fileprivate func reference(_ text: String, for field: Field) throws(CLIFailure) -> Value {
        guard case .ref(let table) = field.type else { return .string(text) }
        return .string(try object(table, uuid: text).ref.rawValue)
    }
}
