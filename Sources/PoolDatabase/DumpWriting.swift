import Datamodel
import XenAPI

extension Snapshot {
    /// The database as `pool-dump-database` writes it: every persistent table, in name order, what a loaded dump held
    /// besides them included.
    public func dump() -> [UInt8] {
        var output: [UInt8] = []
        var writer = DumpWriter()
        writer.begin(manifest: remainder.manifest(generation: generation), to: &output)
        let unknown = Dictionary(remainder.tables.map { ($0.name, $0) }) { first, _ in first }
        let known = tables.keys.filter { schema.tables[$0]?.model.isPersisted ?? false }
        for name in (known + unknown.keys).sorted() {
            writer.table(name, to: &output)
            if let table = unknown[name] {
                for row in table.rows { writer.row(row, to: &output) }
            } else {
                for row in rows(name) where !row.isTransient { writer.row(dumped(row), to: &output) }
            }
        }
        writer.end(to: &output)
        return output
    }

    private func dumped(_ stored: Row) -> DatabaseDump.Row {
        var columns: [DatabaseDump.Entry] = [
            .init("__ctime", String(stored.created)), .init("__mtime", String(stored.modified)),
            .init("_ref", stored.ref.rawValue),
        ]
        let row = row(stored.schema.name, stored.ref) ?? stored
        for (field, value) in zip(row.schema.fields, row.values) where !field.isOwn {
            columns.append(.init(field.column, ColumnText.encode(value)))
        }
        columns += row.unknownColumns.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        return DatabaseDump.Row(ref: row.ref, columns: columns)
    }
}

/// What a loaded dump holds besides objects of known classes: kept, so that it can be written back.
struct DumpRemainder: Sendable {
    /// What the file says of itself, the count of generations and secrets aside.
    var manifest: [DatabaseDump.Entry] = []
    /// Tables of classes that the datamodel does not know.
    var tables: [DatabaseDump.Table] = []

    /// Written afresh each time.
    static let generationKey = "generation_count"
    /// The key to the whole pool, which old releases wrote into the manifest: not taken over, so that nothing can show it.
    static let secretKeys: Set<String> = ["pool_token"]

    func manifest(generation: Int64) -> [DatabaseDump.Entry] {
        var entries = manifest
        let version = Datamodel.schemaVersion
        if !entries.contains(where: { $0.name == "schema_major_vsn" }) {
            entries.append(.init("schema_major_vsn", String(version.major)))
            entries.append(.init("schema_minor_vsn", String(version.minor)))
        }
        return entries + [.init(Self.generationKey, String(generation))]
    }

    /// As bytes for the store.
    var encoded: [UInt8] { DatabaseDump(manifest: manifest, tables: tables).encoded }

    init() {}

    init(_ bytes: [UInt8]) throws(DumpError) {
        let dump = try DatabaseDump(bytes)
        manifest = dump.manifest ?? []
        tables = dump.tables
    }
}
