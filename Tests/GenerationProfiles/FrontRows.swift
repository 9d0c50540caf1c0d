import Synchronization
import XenAPI

/// Objects that a profile has and the pool behind has not, and a log of what has changed.
final class FrontRows: Sendable {
    typealias Fields = [String: Value]

    /// One object that has changed.
    struct Change {
        enum Row {
            /// A record of the profile's own.
            case own(Value)
            case gone
            /// One of the pool's, whose dress has changed.
            case theirs
        }

        let table: String
        let ref: String
        let row: Row
    }

    private struct State {
        var tables: [String: [String: Fields]] = [:]
        var log: [(generation: Int, table: String, ref: String, isTheirs: Bool)] = []
        var generation = 1
    }

    private let classes: Set<String>
    private let state = Mutex(State())

    init(classes: Set<String>) { self.classes = classes }

    subscript(table: String, ref: String) -> Fields? { state.withLock { $0.tables[table]?[ref] } }

    /// Makes an object, or changes some of its fields.
    func put(_ table: String, _ ref: String, _ fields: Fields) {
        state.withLock { state in
            state.tables[table, default: [:]][ref, default: [:]].merge(fields) { $1 }
            state.generation += 1
            state.log.append((state.generation, table, ref, false))
        }
    }

    func remove(_ table: String, _ ref: String) {
        state.withLock { state in
            state.tables[table]?[ref] = nil
            state.generation += 1
            state.log.append((state.generation, table, ref, false))
        }
    }

    /// Has everybody told of an object of the pool behind.
    func touch(_ table: String, _ ref: String) {
        state.withLock { state in
            state.generation += 1
            state.log.append((state.generation, table, ref, true))
        }
    }

    /// How references of tasks made here begin.
    static let taskPrefix = "OpaqueRef:front-task-"

    /// Makes a task.
    func makeTask(_ name: String) -> String {
        let ref = Self.taskPrefix + "\(state.withLock { $0.generation })"
        put(
            "task",
            ref,
            [
                "uuid": .string(ref), "name_label": .string(name), "status": .string("pending"), "progress": .float(0),
                "result": .string(""), "error_info": .set([]),
            ]
        )
        return ref
    }

    /// The objects of a class.
    func records(_ table: String) -> [Value.Member] {
        state.withLock { $0.tables[table] ?? [:] }.sorted { $0.key < $1.key }
            .map { .init($0.key, Self.record($0.value)) }
    }

    var counts: [String: Int] { state.withLock { $0.tables.mapValues(\.count) } }

    /// What changed after a generation; with nil everything that there is.
    ///
    /// - Parameter wanted: classes, or single objects as `class/ref`, in lower case.
    func changes(since generation: Int?, _ wanted: [String]) -> (changes: [Change], generation: Int) {
        state.withLock { state in
            var found: [Change] = []
            func add(_ table: String, _ ref: String, isTheirs: Bool) {
                let name = table.lowercased()
                guard wanted.contains(name) || wanted.contains("\(name)/\(ref)".lowercased()) else { return }
                let own = state.tables[table]?[ref].map { Change.Row.own(Self.record($0)) }
                found.append(Change(table: table, ref: ref, row: isTheirs ? .theirs : own ?? .gone))
            }
            if let generation {
                for entry in state.log where entry.generation > generation {
                    add(entry.table, entry.ref, isTheirs: entry.isTheirs)
                }
            } else {
                for (table, rows) in state.tables { for ref in rows.keys { add(table, ref, isTheirs: false) } }
            }
            return (found, state.generation)
        }
    }

    /// What a message about an object, or a class, of the profile's own gives; nil where that is not the profile's.
    func answer(_ table: String, _ message: String, _ parameters: [Value]) throws -> Value? {
        let (ref, rows) = (parameters.first?.text ?? "", state.withLock { $0.tables[table] ?? [:] })
        if message == "get_by_uuid", let row = rows.first(where: { $0.value["uuid"]?.text == ref }) {
            return .string(row.key)
        }
        guard let row = rows[ref] else {
            guard classes.contains(table) else { return nil }
            switch message {
            case "get_all": return .strings(rows.keys.sorted())
            case "get_all_records": return .map(records(table))
            case "get_by_uuid": throw APIError("UUID_INVALID", [table, ref])
            default: throw APIError("HANDLE_INVALID", [table, ref])
            }
        }
        if message == "get_record" { return Self.record(row) }
        if message == "destroy" {
            remove(table, ref)
            return .void
        }
        if message.hasPrefix("get_"), let value = row[String(message.dropFirst(4))] { return value }
        throw APIError("MESSAGE_METHOD_UNKNOWN", ["\(table).\(message)"])
    }

    private static func record(_ fields: Fields) -> Value {
        .map(fields.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
}
