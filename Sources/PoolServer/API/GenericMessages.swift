import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

/// The messages that every class has, worked out from the datamodel.
enum GenericMessages {
    /// - Throws: `NOT_IMPLEMENTED` with the name of a message that Pitstop does not perform.
    static func perform(
        _ method: MethodTable.Method,
        _ arguments: Arguments,
        database: PoolDatabase
    ) async throws(APIError) -> Value {
        let (table, name) = (method.model.name, method.message.name)
        let snapshot = database.snapshot
        switch name {
        case "get_all": return .strings(snapshot.refs(table).map(\.rawValue))
        case "get_all_records": return .map(records(snapshot.rows(table), snapshot))
        case "get_all_records_where": return .map(records(try matching(arguments.string(0), table, snapshot), snapshot))
        case "get_by_uuid": return .string(try snapshot.require(table, uuid: arguments.string(0)).ref.rawValue)
        case "get_by_name_label":
            return .strings(snapshot.rows(table).filter { $0.nameLabel == arguments.string(0) }.map(\.ref.rawValue))
        case "get_record":
            return record(try snapshot.require(table, arguments.ref(0)), snapshot)
        default: break
        }
        if let field = name.field(after: "get_", of: method.model) {
            return AllowedOperations.fill(try snapshot.require(table, arguments.ref(0)), in: snapshot)[field.name]
        }
        try await set(method, arguments, database)
        return .void
    }

    /// The object as a record: its public fields, in the datamodel's order.
    static func record(_ row: Row, _ snapshot: Snapshot) -> Value {
        let row = AllowedOperations.fill(row, in: snapshot)
        return .map(
            zip(row.schema.fields, row.values).filter { !$0.0.isInternal }.map { Value.Member($0.0.name, $0.1) }
        )
    }

    private static func records(_ rows: [Row], _ snapshot: Snapshot) -> [Value.Member] {
        rows.map { Value.Member($0.ref.rawValue, record(snapshot.row($0.schema.name, $0.ref) ?? $0, snapshot)) }
    }

    private static func matching(_ text: String, _ table: String, _ snapshot: Snapshot) throws(APIError) -> [Row] {
        let query: Query
        do throws(CodecError) {
            query = try Query(text)
        } catch {
            throw .internalError("The expression \(text.prefix(200)) can not be understood: \(error).")
        }
        return snapshot.refs(table).compactMap { snapshot.row(table, $0) }.filter { row in
            query.matches { column in
                row.schema.position(ofColumn: column).map { ColumnText.encode(row.values[$0]) }
            }
        }
    }

    private static func set(
        _ method: MethodTable.Method,
        _ arguments: Arguments,
        _ database: PoolDatabase
    ) async throws(APIError) {
        let (table, name, ref) = (method.model.name, method.message.name, arguments.ref(0))
        if let field = name.field(after: "set_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try transaction.set(table, ref, field.name, arguments[1])
            }
        } else if let field = name.field(after: "add_to_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try add(arguments, to: field, table, &transaction)
            }
        } else if let field = name.field(after: "remove_from_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try remove(arguments, from: field, table, &transaction)
            }
        } else {
            throw APIError("NOT_IMPLEMENTED", [method.name])
        }
    }

    private static func add(
        _ arguments: Arguments,
        to field: Field,
        _ table: String,
        _ transaction: inout Transaction
    ) throws(APIError) {
        let row = try transaction.snapshot.require(table, arguments.ref(0))
        if case .map = field.type {
            let key = arguments.string(1)
            guard row[field.name][key] == nil else {
                throw APIError("MAP_DUPLICATE_KEY", [table, field.name, row.ref.rawValue, key])
            }
            let members = (row[field.name].members ?? []) + [Value.Member(key, arguments[2])]
            try transaction.set(table, row.ref, field.name, .map(members))
        } else {
            let elements = row[field.name].elements ?? []
            guard !elements.contains(arguments[1]) else { return }
            try transaction.set(table, row.ref, field.name, .set(elements + [arguments[1]]))
        }
    }

    private static func remove(
        _ arguments: Arguments,
        from field: Field,
        _ table: String,
        _ transaction: inout Transaction
    ) throws(APIError) {
        let row = try transaction.snapshot.require(table, arguments.ref(0))
        if case .map = field.type {
            let members = (row[field.name].members ?? []).filter { $0.key != arguments.string(1) }
            try transaction.set(table, row.ref, field.name, .map(members))
        } else {
            let elements = (row[field.name].elements ?? []).filter { $0 != arguments[1] }
            try transaction.set(table, row.ref, field.name, .set(elements))
        }
    }
}

extension String {
    /// The field that a getter or setter of this name is about.
    fileprivate func field(after prefix: String, of model: ClassModel) -> Field? {
        guard hasPrefix(prefix) else { return nil }
        let name = dropFirst(prefix.count)
        return model.fields.first { $0.name == name && !$0.isInternal }
    }
}
