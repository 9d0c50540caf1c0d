import Datamodel
public import XenAPI

/// A change of the pool that happens whole or not at all. It reads its own changes.
public struct Transaction {
    /// The pool with the changes made so far.
    public private(set) var snapshot: Snapshot
    /// What was touched, in order of first touch.
    private(set) var touched: [Key] = []
    private var touchedSet: Set<Key> = []
    /// Objects whose mirrors changed because others came to point at them, or ceased to.
    private var mirrored: Set<Key> = []
    private let generation: Int64

    struct Key: Hashable, Sendable {
        let table: String
        let ref: Ref
    }

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        generation = snapshot.generation + 1
    }

    /// Makes an object.
    ///
    /// - Parameters:
    ///   - table: its class.
    ///   - ref: its reference.
    ///   - values: its fields; those not named hold their defaults.
    ///   - transient: whether it is forgotten when the server ends, and left out of dumps. Objects of classes that are
    ///     not persisted always are.
    public mutating func create(_ table: String, _ ref: Ref, _ values: [String: Value], transient: Bool = false) {
        guard let schema = snapshot.schema.tables[table] else { return }
        var row = Row(schema: schema, ref: ref, created: generation, modified: generation, values: schema.defaults)
        row.isTransient = transient || !schema.model.isPersisted
        for (field, value) in values {
            guard let position = schema.position(of: field) else { continue }
            row.values[position] = schema.fields[position].type.settled(value)
        }
        insert(row)
    }

    /// Puts a row in as it is (a loaded one, say), replacing one of the same reference.
    mutating func insert(_ row: Row) {
        let table = row.schema.name
        remove(table, row.ref)
        snapshot.tables[table]?.insert(row)
        point(row, by: { $0.append($1) })
        touch(Key(table: table, ref: row.ref))
    }

    /// Sets a field of an object. Setting what it already holds changes nothing.
    ///
    /// - Throws: `HANDLE_INVALID` where there is no such object, `FIELD_TYPE_ERROR` where there is no such field.
    public mutating func set(_ table: String, _ ref: Ref, _ field: String, _ value: Value) throws(APIError) {
        guard var row = snapshot.tables[table]?.rows[ref] else { throw .handleInvalid(table, ref) }
        guard let position = row.schema.position(of: field), !snapshot.schema.isMirror(table, field) else {
            throw .fieldTypeError(field)
        }
        let value = row.schema.fields[position].type.settled(value)
        guard row.values[position] != value else { return }
        point(row, only: position) { pointers, pointing in pointers.removeAll { $0 == pointing } }
        if field == "uuid" { forget(row) }
        row.values[position] = value
        row.modified = generation
        snapshot.tables[table]?.rows[ref] = row
        if field == "uuid" { snapshot.tables[table]?.uuids[row.uuid] = ref }
        point(row, only: position) { $0.append($1) }
        touch(Key(table: table, ref: ref))
    }

    /// Sets or (with nil) removes one entry of a map of strings.
    ///
    /// - Throws: as ``set(_:_:_:_:)``.
    public mutating func set(
        _ table: String,
        _ ref: Ref,
        _ field: String,
        key: String,
        _ value: String?
    ) throws(APIError) {
        let row = try snapshot.require(table, ref)
        var members = row[field].members ?? []
        let entry = value.map { Value.Member(key, .string($0)) }
        if let index = members.firstIndex(where: { $0.key == key }) {
            if let entry { members[index] = entry } else { members.remove(at: index) }
        } else if let entry {
            members.append(entry)
        }
        try set(table, ref, field, .map(members))
    }

    /// Tells of an object once more, though nothing of it changes: those who wait for its changes hear of it.
    ///
    /// - Throws: `HANDLE_INVALID` where there is no such object.
    public mutating func tellAgain(_ table: String, _ ref: Ref) throws(APIError) {
        guard snapshot.tables[table]?.rows[ref] != nil else { throw .handleInvalid(table, ref) }
        mirrored.insert(Key(table: table, ref: ref))
        snapshot.generation = generation
    }

    /// Whether anybody will hear of it.
    var isHeard: Bool { snapshot.generation == generation }

    /// Deletes an object; deleting what is not there changes nothing.
    public mutating func delete(_ table: String, _ ref: Ref) {
        guard snapshot.tables[table]?.rows[ref] != nil else { return }
        remove(table, ref)
        touch(Key(table: table, ref: ref))
    }

    private mutating func remove(_ table: String, _ ref: Ref) {
        guard let row = snapshot.tables[table]?.rows[ref] else { return }
        point(row) { pointers, pointing in pointers.removeAll { $0 == pointing } }
        snapshot.tables[table]?.rows[ref] = nil
        snapshot.tables[table]?.order.removeAll { $0 == ref }
        forget(row)
    }

    /// The uuid of a row finds it no longer; one that another row has by now goes on finding that one.
    private mutating func forget(_ row: Row) {
        guard snapshot.tables[row.schema.name]?.uuids[row.uuid] == row.ref else { return }
        snapshot.tables[row.schema.name]?.uuids[row.uuid] = nil
    }

    /// Brings the mirrors of a row's references in line, for all of them or for one column.
    private mutating func point(_ row: Row, only position: Int? = nil, by change: (inout [Ref], Ref) -> Void) {
        for back in snapshot.schema.mirrored[row.schema.name] ?? [] where position == nil || back.position == position {
            let value = row.values[back.position]
            let mirror = Snapshot.Mirror(table: back.mirrorTable, field: back.mirrorField)
            for target in (value.elements ?? [value]).map({ Ref($0.text ?? "") }) where !target.isNull {
                change(&snapshot.pointers[mirror, default: [:]][target, default: []], row.ref)
                mirrored.insert(Key(table: back.mirrorTable, ref: target))
            }
        }
    }

    /// What the transaction has changed, one entry for each object, in order of first touch.
    func changes(since before: Snapshot) -> [Change] {
        let indirect = mirrored.subtracting(touchedSet).filter { snapshot.tables[$0.table]?.rows[$0.ref] != nil }
            .sorted { ($0.table, $0.ref.rawValue) < ($1.table, $1.ref.rawValue) }
        return (touched + indirect).compactMap { key in
            let existed = before.tables[key.table]?.rows[key.ref] != nil
            let exists = snapshot.tables[key.table]?.rows[key.ref] != nil
            guard existed || exists else { return nil }
            return Change(
                generation: generation,
                table: key.table,
                ref: key.ref,
                operation: exists ? (existed ? .modify : .add) : .delete
            )
        }
    }

    private mutating func touch(_ key: Key) {
        snapshot.generation = generation
        if touchedSet.insert(key).inserted { touched.append(key) }
    }
}
