/// Writes a database dump as xapi does: in one line, each row's `ref` first, empty tables included.
public struct DumpWriter: Sendable {
    private var tableIsOpen = false
    private var tableIsEmpty = true

    /// Creates a writer.
    public init() {}

    /// Begins the file; pass nil to write no manifest.
    public mutating func begin(manifest: [DatabaseDump.Entry]?, to output: inout [UInt8]) {
        output.append(contentsOf: "<database>".utf8)
        guard let manifest else { return }
        output.append(contentsOf: "<manifest>".utf8)
        for entry in manifest {
            output.append(contentsOf: "<pair".utf8)
            Self.attribute("key", entry.name, to: &output)
            Self.attribute("value", entry.value, to: &output)
            output.append(contentsOf: "/>".utf8)
        }
        output.append(contentsOf: "</manifest>".utf8)
    }

    /// Begins a table and ends the one before it.
    public mutating func table(_ name: String, to output: inout [UInt8]) {
        endTable(to: &output)
        output.append(contentsOf: "<table".utf8)
        Self.attribute("name", name, to: &output)
        tableIsOpen = true
        tableIsEmpty = true
    }

    /// Writes one row of the table begun last.
    public mutating func row(_ row: DatabaseDump.Row, to output: inout [UInt8]) {
        if tableIsEmpty { output.append(UInt8(ascii: ">")) }
        tableIsEmpty = false
        output.append(contentsOf: "<row".utf8)
        Self.attribute("ref", row.ref.rawValue, to: &output)
        for column in row.columns {
            Self.attribute(column.name, AttributeProtection.protect(column.value), to: &output)
        }
        output.append(contentsOf: "/>".utf8)
    }

    /// Ends the file.
    public mutating func end(to output: inout [UInt8]) {
        endTable(to: &output)
        output.append(contentsOf: "</database>".utf8)
    }

    private mutating func endTable(to output: inout [UInt8]) {
        if tableIsOpen { output.append(contentsOf: (tableIsEmpty ? "/>" : "</table>").utf8) }
        tableIsOpen = false
    }

    private static func attribute(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: "=\"".utf8)
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
