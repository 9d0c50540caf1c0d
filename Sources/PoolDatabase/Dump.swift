import Datamodel
import XenAPI

extension Snapshot {
    /// The database as `pool-dump-database` writes it: every persistent table, in name order, mirrors left out.
    public func dump() -> [UInt8] {
        var output: [UInt8] = []
        var writer = DumpWriter()
        writer.begin(
            manifest: [
                .init("schema_major_vsn", String(Datamodel.schemaVersion.major)),
                .init("schema_minor_vsn", String(Datamodel.schemaVersion.minor)),
                .init("generation_count", String(generation)),
            ],
            to: &output
        )
        for name in tables.keys.sorted() where schema.tables[name]?.model.isPersisted ?? false {
            writer.table(name, to: &output)
            for row in rows(name) { writer.row(dumped(row), to: &output) }
        }
        writer.end(to: &output)
        return output
    }

    private func dumped(_ row: Row) -> DatabaseDump.Row {
        var columns: [DatabaseDump.Entry] = [
            .init("__ctime", String(row.created)), .init("__mtime", String(row.modified)),
            .init("_ref", row.ref.rawValue),
        ]
        for (field, value) in zip(row.schema.fields, row.values) where !schema.isMirror(row.schema.name, field.name) {
            columns.append(.init(field.column, ColumnText.encode(value)))
        }
        columns += row.unknownColumns.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        return DatabaseDump.Row(ref: row.ref, columns: columns)
    }
}
