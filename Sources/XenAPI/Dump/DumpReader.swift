/// Reads a database dump piece by piece, so that rows need not all be kept as text.
public struct DumpReader: Sendable {
    /// One piece of a dump.
    public enum Piece: Hashable, Sendable {
        /// The manifest begins.
        case manifest
        /// An entry of the manifest.
        case pair(DatabaseDump.Entry)
        /// A table begins.
        case table(String)
        /// A row of the table begun last.
        case row(DatabaseDump.Row)
    }

    private var scanner: XMLScanner
    private var place = Place.outside
    /// Where the latest piece begins.
    private var start = 0

    private enum Place {
        case outside, database, manifest, table
    }

    /// Creates a reader over the bytes of a file.
    public init(_ bytes: [UInt8]) { scanner = XMLScanner(bytes, depthLimit: 4) }

    /// The next piece, or nil once the file has been read to its proper end.
    public mutating func next() throws(DumpError) -> Piece? {
        do {
            return try piece()
        } catch {
            throw DumpError(error, in: scanner.bytes)
        }
    }

    /// An error at the latest piece, for a caller who finds that what it says can not be.
    public func fault(_ reason: String) -> DumpError { DumpError(CodecError(reason, at: start), in: scanner.bytes) }

    private mutating func piece() throws(CodecError) -> Piece? {
        while true {
            switch try scanner.next() {
            case .start(let name):
                if let piece = try begin(name) { return piece }
            case .end: place = place == .database ? .outside : .database
            case .text(let text):
                guard text.utf8.allSatisfy(XMLScanner.isSpace) else {
                    throw scanner.fault("characters stand where an element should")
                }
            case .finished: return nil
            }
        }
    }

    private mutating func begin(_ name: String) throws(CodecError) -> Piece? {
        start = scanner.position
        switch (place, name) {
        case (.outside, "database"):
            place = .database
            return nil
        case (.database, "manifest"):
            place = .manifest
            return .manifest
        case (.database, "table"):
            guard let table = try entries().first(where: { $0.name == "name" }) else {
                throw scanner.fault("a table has no name")
            }
            place = .table
            return .table(table.value)
        case (.manifest, "pair"):
            let pair = try entries()
            guard let key = pair.first(where: { $0.name == "key" }),
                let value = pair.first(where: { $0.name == "value" })
            else { throw scanner.fault("a pair must have a key and a value") }
            try expectEnd()
            return .pair(.init(key.value, value.value))
        case (.table, "row"):
            var columns = try entries()
            guard let index = columns.firstIndex(where: { $0.name == "ref" }) else {
                throw scanner.fault("a row has no ref")
            }
            let ref = Ref(columns.remove(at: index).value)
            for index in columns.indices {
                columns[index].value = AttributeProtection.unprotect(columns[index].value)
            }
            try expectEnd()
            return .row(.init(ref: ref, columns: columns))
        default: throw scanner.fault("<\(name)> has no place here in a database")
        }
    }

    private mutating func entries() throws(CodecError) -> [DatabaseDump.Entry] {
        var entries: [DatabaseDump.Entry] = []
        while let (name, value) = try scanner.nextAttribute() { entries.append(.init(name, value)) }
        return entries
    }

    private mutating func expectEnd() throws(CodecError) {
        while true {
            switch try scanner.next() {
            case .end: return
            case .text(let text) where text.utf8.allSatisfy(XMLScanner.isSpace): continue
            case .text, .start, .finished: throw scanner.fault("a row and a pair must be empty")
            }
        }
    }
}

extension DatabaseDump {
    /// Reads a whole file.
    public init(_ bytes: [UInt8]) throws(DumpError) {
        var reader = DumpReader(bytes)
        self.init(manifest: nil, tables: [])
        while let piece = try reader.next() {
            switch piece {
            case .manifest: manifest = manifest ?? []
            case .pair(let entry): manifest?.append(entry)
            case .table(let name): tables.append(Table(name))
            case .row(let row): tables[tables.count - 1].rows.append(row)
            }
        }
    }
}
