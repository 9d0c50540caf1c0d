import Datamodel
import XenAPI

/// One row as the database file keeps it, or nil where the object is deleted.
struct StoredRow: Sendable {
    let table: String
    let ref: Ref
    var row: Row?
    /// All columns as one map in column text.
    var columns = ""
}

extension Snapshot {
    /// What of these objects goes to disk.
    ///
    /// - Throws: `VALUE_NOT_SUPPORTED` where a value would not be read again: nothing may be written that keeps the next
    ///   start from reading it.
    func stored(_ keys: [Transaction.Key]) throws(APIError) -> [StoredRow] {
        var found: [StoredRow] = []
        for key in keys where schema.tables[key.table]?.model.isPersisted ?? false {
            guard let row = tables[key.table]?.rows[key.ref] else {
                found.append(StoredRow(table: key.table, ref: key.ref, row: nil))
                continue
            }
            guard !row.isTransient else { continue }
            found.append(StoredRow(table: key.table, ref: key.ref, row: row, columns: try row.columns(schema)))
        }
        return found
    }
}

extension Row {
    /// All columns as one map in column text.
    func columns(_ schema: Schema) throws(APIError) -> String {
        var columns: [Value.Member] = []
        for (field, value) in zip(self.schema.fields, values) where !schema.isMirror(self.schema.name, field.name) {
            let text = ColumnText.encode(value)
            guard value.isReadAgain(from: text, as: field.type.shape) else {
                throw APIError(
                    "VALUE_NOT_SUPPORTED",
                    [
                        field.name, text.filter { $0 != "\0" },
                        "it can not be kept: it holds a NUL, or a value of another type",
                    ]
                )
            }
            columns.append(.init(field.column, .string(text)))
        }
        for (column, text) in unknownColumns.sorted(by: { $0.key < $1.key }) {
            columns.append(.init(column, .string(text)))
        }
        return ColumnText.encode(.map(columns))
    }
}

extension Value {
    /// Whether the text that a value is written as is read as a value again, where a field of this shape holds it. SQLite ends
    /// a text at a NUL.
    fileprivate func isReadAgain(from text: String, as shape: ValueShape) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        switch (self, shape) {
        case (_, .string), (.set, .set), (.map, .map): return true
        case (.date(let time), .date): return Timestamp(iso8601: text) == time
        default: return (try? ColumnText.decode(text, as: shape)) != nil
        }
    }
}
