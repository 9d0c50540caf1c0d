/// A whole pool database as `pool-dump-database` and `state.db` write it.
///
/// Nothing is interpreted: tables and columns that the datamodel does not know are kept, and values are column text
/// (see ``ColumnText``). The order of everything is the file's.
public struct DatabaseDump: Hashable, Sendable {
    /// A name and its text, in the manifest or in a row.
    public struct Entry: Hashable, Sendable {
        /// The key or the column.
        public var name: String
        /// The text, without XML escapes and `%` codes.
        public var value: String

        /// Creates an entry.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One object.
    public struct Row: Hashable, Sendable {
        /// The reference by which other rows point here.
        public var ref: Ref
        /// The columns, `__ctime`, `__mtime` and `_ref` among them where they are written.
        public var columns: [Entry]

        /// Creates a row.
        public init(ref: Ref, columns: [Entry]) {
            self.ref = ref
            self.columns = columns
        }

        /// The text of a column, where the row has it.
        public subscript(column: String) -> String? { columns.first { $0.name == column }?.value }
    }

    /// All objects of one class.
    public struct Table: Hashable, Sendable {
        /// The name of the class.
        public var name: String
        /// Its objects.
        public var rows: [Row]

        /// Creates a table.
        public init(_ name: String, rows: [Row] = []) {
            self.name = name
            self.rows = rows
        }
    }

    /// What the file says of itself; nil where it has no manifest.
    public var manifest: [Entry]?
    /// Its tables, the empty ones included.
    public var tables: [Table]

    /// Creates a dump.
    public init(manifest: [Entry]?, tables: [Table]) {
        self.manifest = manifest
        self.tables = tables
    }

    /// The table of a class, where the dump has one.
    public subscript(table name: String) -> Table? { tables.first { $0.name == name } }

    /// The entry of the manifest with that key.
    public func manifestEntry(_ key: String) -> String? { manifest?.first { $0.name == key }?.value }
}

/// A dump that cannot be read.
public struct DumpError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let reason: String
    /// The line, counted from 1; a line ends in LF, CR or both.
    public let line: Int
    /// The column in bytes, counted from 1.
    public let column: Int

    /// The reason and the place, in one line.
    public var description: String { "line \(line), column \(column): \(reason)" }

    init(_ error: CodecError, in bytes: [UInt8]) {
        var line = 1
        var lineStart = 0
        let offset = min(error.offset, bytes.count)
        for index in 0..<offset {
            let isEnd =
                bytes[index] == 10 || (bytes[index] == 13 && (index + 1 == bytes.count || bytes[index + 1] != 10))
            guard isEnd else { continue }
            line += 1
            lineStart = index + 1
        }
        self.reason = error.reason
        self.line = line
        self.column = offset - lineStart + 1
    }
}
