import PoolDatabase
import XenAPI

/// The expression of `get_all_records_where`, checked against a class before any of its objects is looked at.
struct RecordQuery {
    /// How many comparisons a query may make in all: more would keep everybody else waiting.
    static let mostComparisons = 2_000_000
    /// After so many comparisons others have their turn.
    private static let turn = 20_000

    private let query: Query
    private let schema: TableSchema
    private let snapshot: Snapshot
    private let comparisons: Int

    /// - Throws: `VALUE_NOT_SUPPORTED` where the text is no query, names a column that the class does not have, or compares
    ///   too much.
    init(_ text: String, of table: String, in snapshot: Snapshot) throws(APIError) {
        do throws(CodecError) {
            query = try Query(text)
        } catch {
            throw Self.refusal(text, "it can not be understood: \(error)")
        }
        guard let schema = snapshot.schema.tables[table] else { throw Self.refusal(text, "there is no class \(table)") }
        if let unknown = query.columns.sorted().first(where: { schema.position(ofColumn: $0) == nil }) {
            throw Self.refusal(
                text,
                "class \(table) has no column \(unknown): name it as the database does, such as name__label"
            )
        }
        comparisons = max(1, query.comparisons)
        let rows = snapshot.refs(table).count
        guard comparisons * rows <= Self.mostComparisons else {
            throw Self.refusal(
                text,
                "it makes \(comparisons) comparisons with each of \(rows) objects; the most is \(Self.mostComparisons)"
                    + " in all: ask for less at a time"
            )
        }
        (self.schema, self.snapshot) = (schema, snapshot)
    }

    private static func refusal(_ text: String, _ reason: String) -> APIError {
        APIError("VALUE_NOT_SUPPORTED", ["expr", String(text.prefix(200)), reason])
    }

    /// The objects that match, in the class's order. Ends early where nobody waits for the answer any more.
    func matches() async throws(APIError) -> [Ref] {
        var refs: [Ref] = []
        let pause = max(1, Self.turn / comparisons)
        for (index, ref) in snapshot.refs(schema.name).enumerated() {
            if index % pause == pause - 1 {
                await Task.yield()
                if Task.isCancelled || Caller.current?.isGone == true { throw APIError("TASK_CANCELLED", [""]) }
            }
            guard let row = snapshot.row(schema.name, ref) else { continue }
            // A column's text is worked out once for all comparisons with it.
            var texts: [String: String] = [:]
            let isMatch = query.matches { column in
                if let text = texts[column] { return text }
                guard let position = schema.position(ofColumn: column) else { return nil }
                let text = ColumnText.encode(row.values[position])
                texts[column] = text
                return text
            }
            if isMatch { refs.append(ref) }
        }
        return refs
    }
}
