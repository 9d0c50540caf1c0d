/// Writes a database dump as xapi does: in one line, each row's `ref` first, empty tables included.
public struct DumpWriter: Sendable {
    private var tableIsOpen = false
    private var tableIsEmpty = true

    /// Creates a writer.
    public init() {}

    /// Begins the file; pass nil to write no manifest.
    public mutating func begin(manifest: [DatabaseDump.Entry]?, to output: inout [UInt8]) {
        output.append(literal: "<database>")
        guard let manifest else { return }
        output.append(literal: "<manifest>")
        for entry in manifest {
            output.append(literal: "<pair")
            Self.attribute("key", entry.name, to: &output)
            Self.attribute("value", entry.value, to: &output)
            output.append(literal: "/>")
        }
        output.append(literal: "</manifest>")
    }

    /// Begins a table and ends the one before it.
    public mutating func table(_ name: String, to output: inout [UInt8]) {
        endTable(to: &output)
        output.append(literal: "<table")
        Self.attribute("name", name, to: &output)
        tableIsOpen = true
        tableIsEmpty = true
    }

    /// Writes one row of the table begun last.
    public mutating func row(_ row: DatabaseDump.Row, to output: inout [UInt8]) {
        if tableIsEmpty { output.append(UInt8(ascii: ">")) }
        tableIsEmpty = false
        output.append(literal: "<row")
        Self.attribute("ref", row.ref.rawValue, to: &output)
        for column in row.columns {
            Self.attribute(column.name, AttributeProtection.protect(column.value), to: &output)
        }
        output.append(literal: "/>")
    }

    /// Ends the file.
    public mutating func end(to output: inout [UInt8]) {
        endTable(to: &output)
        output.append(literal: "</database>")
    }

    private mutating func endTable(to output: inout [UInt8]) {
        if tableIsOpen { output.append(literal: tableIsEmpty ? "/>" : "</table>") }
        tableIsOpen = false
    }

    private static func attribute(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: name.utf8)
        output.append(literal: "=\"")
        XMLEscaping.append(value, to: &output)
        output.append(UInt8(ascii: "\""))
    }
}

extension DatabaseDump {
    /// The bytes of the file.
    public var encoded: [UInt8] {
        var output: [UInt8] = []
        var writer = DumpWriter()
        writer.begin(manifest: manifest, to: &output)
        for table in tables {
            writer.table(table.name, to: &output)
            for row in table.rows { writer.row(row, to: &output) }
        }
        writer.end(to: &output)
        return output
    }
}
