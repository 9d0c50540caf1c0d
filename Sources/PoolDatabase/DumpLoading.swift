import Datamodel
public import XenAPI

/// Why a recorded pool could not be loaded. Nothing of it has been.
public enum DumpLoadingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file is broken, or says what can not be.
    case unreadable(DumpError)
    /// The file holds no pool.
    case noPool
    /// The database already holds a pool.
    case notEmpty
    /// The loaded pool could not be written to disk.
    case notWritten(String)

    /// One sentence for the operator.
    public var description: String {
        switch self {
        case .unreadable(let error): "The dump can not be read (\(error)): nothing was loaded."
        case .noPool: "The dump holds no pool: nothing was loaded."
        case .notEmpty: "The database already holds a pool: load the dump into an empty --state directory."
        case .notWritten(let reason): "The loaded pool could not be written to disk (\(reason)): nothing was loaded."
        }
    }
}

extension Snapshot {
    /// What a file may count: above it there is room for as many changes again.
    private static let generations: ClosedRange<Int64> = 0...1 << 62

    /// Reads a whole dump. Mirrors such as `host.PBDs` are worked out anew, whatever the file says of them.
    init(dump bytes: [UInt8], schema: Schema) throws(DumpLoadingError) {
        self.init(schema: schema)
        do throws(DumpError) {
            try read(bytes)
        } catch {
            throw .unreadable(error)
        }
        guard !rows("pool").isEmpty else { throw .noPool }
    }

    private mutating func read(_ bytes: [UInt8]) throws(DumpError) {
        var reader = DumpReader(bytes)
        var table: TableSchema?
        var latest: Int64 = 0
        while let piece = try reader.next() {
            switch piece {
            case .manifest: continue
            case .pair(let entry):
                if entry.name == DumpRemainder.generationKey {
                    guard let number = Int64(entry.value), Snapshot.generations.contains(number) else {
                        throw reader.fault("the generation count '\(entry.value)' is not a number")
                    }
                    generation = number
                } else if !DumpRemainder.secretKeys.contains(entry.name) {
                    remainder.manifest.append(entry)
                }
            case .table(let name):
                table = schema.tables[name]
                if table == nil { remainder.tables.append(.init(name)) }
            case .row(let dumped):
                guard let table else {
                    remainder.tables[remainder.tables.count - 1].rows.append(dumped)
                    continue
                }
                guard tables[table.name]?.rows[dumped.ref] == nil else {
                    throw reader.fault("\(table.name) \(dumped.ref) stands in the file twice")
                }
                let row = try Row(dumped, table, reader)
                latest = max(latest, min(row.modified, Snapshot.generations.upperBound))
                load(row)
            }
        }
        // Where the file does not count generations, its latest row does.
        generation = max(generation, latest)
    }

    /// Puts in a row that is as it was when it was written: nothing has changed by it.
    mutating func load(_ row: Row) {
        tables[row.schema.name]?.insert(row)
        for back in schema.mirrored[row.schema.name] ?? [] {
            let value = row.values[back.position]
            let mirror = Mirror(table: back.mirrorTable, field: back.mirrorField)
            for target in (value.elements ?? [value]).map({ Ref($0.text ?? "") }) where !target.isNull {
                pointers[mirror, default: [:]][target, default: []].append(row.ref)
            }
        }
    }
}

extension Row {
    fileprivate init(_ dumped: DatabaseDump.Row, _ table: TableSchema, _ reader: DumpReader) throws(DumpError) {
        self.init(schema: table, ref: dumped.ref, created: 0, modified: 0, values: table.defaults)
        var wasModified = false
        for column in dumped.columns {
            switch column.name {
            case "_ref": continue
            case "__ctime": created = Int64(column.value) ?? 0
            case "__mtime":
                modified = Int64(column.value) ?? 0
                wasModified = true
            default:
                guard let position = table.position(ofColumn: column.name) else {
                    unknownColumns[column.name] = column.value
                    continue
                }
                // What Pitstop found out itself is not for a file to say.
                if table.fields[position].isOwn { continue }
                let type = table.fields[position].type
                let shape = type.shape
                // A value that nobody ever set is empty in some files, whatever its type.
                if column.value.isEmpty, shape != .string { continue }
                do throws(CodecError) {
                    values[position] = type.settled(try ColumnText.decode(column.value, as: shape))
                } catch {
                    throw reader.fault("column \(column.name) of \(table.name) \(dumped.ref): \(error.reason)")
                }
            }
        }
        if !wasModified { modified = created }
    }
}
