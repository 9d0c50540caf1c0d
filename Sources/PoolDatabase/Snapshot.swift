public import XenAPI

/// The whole pool as it was at one generation: an immutable value that can be read without waiting for anybody.
public struct Snapshot: Sendable {
    /// The layout of the tables.
    public let schema: Schema
    /// Counts changes: each transaction that changes anything raises it by one.
    public internal(set) var generation: Int64 = 0

    /// Rows of one table, in the order in which they were made.
    struct Table: Sendable {
        var rows: [Ref: Row] = [:]
        var order: [Ref] = []
        var uuids: [String: Ref] = [:]

        mutating func insert(_ row: Row) {
            rows[row.ref] = row
            order.append(row.ref)
            uuids[row.uuid] = row.ref
        }
    }

    var tables: [String: Table]
    /// For a mirror such as `host.PBDs`: which objects point at which object.
    var pointers: [Mirror: [Ref: [Ref]]] = [:]

    /// What a loaded dump holds besides objects of classes that the datamodel knows.
    var remainder = DumpRemainder()

    struct Mirror: Hashable, Sendable {
        let table: String
        let field: String
    }

    init(schema: Schema) {
        self.schema = schema
        tables = schema.tables.mapValues { _ in Table() }
    }

    /// All objects of a table, in the order in which they were made.
    public func rows(_ table: String) -> [Row] {
        guard let table = tables[table] else { return [] }
        return table.order.compactMap { table.rows[$0] }
    }

    /// The references of all objects of a table, in the order in which they were made.
    public func refs(_ table: String) -> [Ref] { tables[table]?.order ?? [] }

    /// The object that `ref` names, or nil.
    public func row(_ table: String, _ ref: Ref) -> Row? {
        guard var row = tables[table]?.rows[ref] else { return nil }
        for field in schema.mirrors[table] ?? [] {
            guard let position = row.schema.position(of: field) else { continue }
            let pointing = pointers[Mirror(table: table, field: field)]?[ref] ?? []
            row.values[position] = .set(pointing.map { .string($0.rawValue) })
        }
        return row
    }

    /// The object that `ref` names as it is stored, as in ``rows(_:)``: without the sets of those that point at it.
    ///
    /// For whoever goes from many objects to one that all of them point at, such as from VMs to their network: the set of
    /// them would be put together each time.
    public func stored(_ table: String, _ ref: Ref) -> Row? { tables[table]?.rows[ref] }

    /// The object that `ref` names.
    ///
    /// - Throws: `HANDLE_INVALID` where there is none.
    public func require(_ table: String, _ ref: Ref) throws(APIError) -> Row {
        guard let row = row(table, ref) else { throw .handleInvalid(table, ref) }
        return row
    }

    /// The object with that uuid, or nil.
    public func row(_ table: String, uuid: String) -> Row? {
        tables[table]?.uuids[uuid].flatMap { row(table, $0) }
    }

    /// The object with that uuid.
    ///
    /// - Throws: `UUID_INVALID` where there is none.
    public func require(_ table: String, uuid: String) throws(APIError) -> Row {
        guard let row = row(table, uuid: uuid) else { throw .uuidInvalid(table, uuid) }
        return row
    }

    /// The objects that point at `ref` through a mirrored reference, such as those in `host.PBDs`.
    public func pointing(at ref: Ref, _ table: String, _ field: String) -> [Ref] {
        pointers[Mirror(table: table, field: field)]?[ref] ?? []
    }

    /// The pool itself, and its master.
    ///
    /// - Throws: `INTERNAL_ERROR` where the database holds no pool.
    public func pool() throws(APIError) -> Row {
        guard let pool = rows("pool").first else { throw .internalError("The database holds no pool.") }
        return pool
    }
}

extension Snapshot {
    /// The object that a reference names, whatever its class.
    public func anyRow(ref: Ref) -> Row? {
        tables.values.lazy.compactMap { $0.rows[ref] }.first
    }

    /// The object with that uuid, whatever its class.
    public func anyRow(uuid: String) -> Row? {
        tables.values.lazy.compactMap { table in table.uuids[uuid].flatMap { table.rows[$0] } }.first
    }
}
