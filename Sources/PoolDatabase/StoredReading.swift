import Datamodel
import GRDB
import XenAPI

/// One row of the database file, read without trusting it: a column may hold anything, or nothing.
struct StoredReading {
    /// Why a row can not be read.
    struct Fault: Error {
        let reason: String
    }

    private let stored: GRDB.Row

    init(_ stored: GRDB.Row) { self.stored = stored }

    /// The object's class; empty where none stands there.
    var table: String { text("class") ?? "" }

    var ref: String? { text("ref") }

    /// The object.
    func row(_ table: TableSchema) throws(Fault) -> Row {
        guard let ref, !ref.isEmpty else { throw Fault(reason: "it has no reference") }
        guard let created = number("created"), let modified = number("modified") else {
            throw Fault(reason: "its generations are no numbers")
        }
        guard let text = text("columns") else { throw Fault(reason: "its fields are no text") }
        var row = Row(schema: table, ref: Ref(ref), created: created, modified: modified, values: table.defaults)
        for column in try members(of: text) {
            let text = column.value.text ?? ""
            guard let position = table.position(ofColumn: column.key) else {
                row.unknownColumns[column.key] = text
                continue
            }
            do throws(CodecError) {
                let type = table.fields[position].type
                row.values[position] = type.settled(try ColumnText.decode(text, as: type.shape))
            } catch {
                throw Fault(reason: "\(column.key): \(error.reason)")
            }
        }
        return row
    }

    private func members(of text: String) throws(Fault) -> [Value.Member] {
        do throws(CodecError) {
            return try ColumnText.decode(text, as: .map(.string)).members ?? []
        } catch {
            throw Fault(reason: error.reason)
        }
    }

    private func text(_ column: String) -> String? {
        let value: DatabaseValue = stored[column]
        return String.fromDatabaseValue(value)
    }

    private func number(_ column: String) -> Int64? {
        let value: DatabaseValue = stored[column]
        return Int64.fromDatabaseValue(value)
    }
}
