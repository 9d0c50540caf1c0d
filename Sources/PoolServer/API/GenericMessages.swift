import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

/// The messages that every class has, worked out from the datamodel.
enum GenericMessages {
    /// Puts into a row what is worked out when it is read, not stored.
    typealias Fill = @Sendable (Row, Snapshot) -> Row

    /// Whether a message is one of those by which every class is looked at.
    static func isLook(_ method: MethodTable.Method) -> Bool {
        looks.contains(method.message.name) || method.message.name.field(after: "get_", of: method.model) != nil
    }

    private static let looks: Set<String> = [
        "get_all", "get_all_records", "get_all_records_where", "get_by_uuid", "get_by_name_label", "get_record",
    ]

    /// - Throws: `NOT_IMPLEMENTED` with the name of a message that Pitstop does not perform.
    static func perform(
        _ method: MethodTable.Method,
        _ arguments: Arguments,
        database: PoolDatabase,
        fill: Fill
    ) async throws(APIError) -> Value {
        let (table, name) = (method.model.name, method.message.name)
        let snapshot = database.snapshot
        switch name {
        case "get_all": return .strings(snapshot.refs(table).map(\.rawValue))
        case "get_all_records": return .map(records(snapshot.refs(table), of: table, snapshot, fill))
        case "get_all_records_where":
            let refs = try await RecordQuery(arguments.string(0), of: table, in: snapshot).matches()
            return .map(records(refs, of: table, snapshot, fill))
        case "get_by_uuid": return .string(try snapshot.require(table, uuid: arguments.string(0)).ref.rawValue)
        case "get_by_name_label":
            return .strings(snapshot.rows(table).filter { $0.nameLabel == arguments.string(0) }.map(\.ref.rawValue))
        case "get_record":
            return record(fill(try snapshot.require(table, arguments.ref(0)), snapshot))
        default: break
        }
        if let field = name.field(after: "get_", of: method.model) {
            return fill(try snapshot.require(table, arguments.ref(0)), snapshot)[field.name]
        }
        try await set(method, arguments, database)
        return .void
    }

    /// The object as a record: its public fields, in the datamodel's order.
    static func record(_ row: Row) -> Value {
        .map(
            zip(row.schema.fields, row.values).compactMap { field, value in
                field.isInternal ? nil : Value.Member(field.name, value)
            }
        )
    }

    private static func records(
        _ refs: [Ref],
        of table: String,
        _ snapshot: Snapshot,
        _ fill: Fill
    ) -> [Value.Member] {
        refs.compactMap { ref in
            snapshot.row(table, ref).map { Value.Member(ref.rawValue, record(fill($0, snapshot))) }
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
                try assign(arguments[1], to: field, of: ref, table, &transaction)
            }
        } else if let field = name.field(after: "add_to_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try add(arguments, to: field, table, &transaction)
            }
        } else if let field = name.field(after: "remove_from_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try remove(arguments, from: field, table, &transaction)
            }
        } else if let field = name.field(after: "add_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try add(arguments, to: field, table, &transaction)
            }
        } else if let field = name.field(after: "remove_", of: method.model) {
            try await database.transaction { transaction throws(APIError) in
                try remove(arguments, from: field, table, &transaction)
            }
        } else {
            throw APIError("NOT_IMPLEMENTED", [method.name])
        }
    }

    /// Sets a field as a caller asks: every setter of a field comes by here.
    ///
    /// - Throws: why it may not hold the value.
    static func assign(
        _ value: Value,
        to field: Field,
        of ref: Ref,
        _ table: String,
        _ transaction: inout Transaction
    ) throws(APIError) {
        let row = try transaction.snapshot.require(table, ref)
        try SetterChecks.assertMaySet(field.name, of: row, to: value, in: transaction.snapshot)
        let value = try OwnKeys.keeping(value, for: field.name, of: row)
        try AcceptedValues.checkSize(value, of: field.name)
        try transaction.set(table, ref, field.name, value)
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
            try assign(.map(members), to: field, of: row.ref, table, &transaction)
        } else {
            let elements = row[field.name].elements ?? []
            guard !elements.contains(arguments[1]) else { return }
            try assign(.set(elements + [arguments[1]]), to: field, of: row.ref, table, &transaction)
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
            try OwnKeys.assertMayRemove(arguments.string(1), from: field.name, of: row)
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
