import Foundation
import ScriptedServer
import Synchronization
import XenAPI

/// A pool as one generation of servers has it: rows, events with tokens, tasks, and the messages that a test gives rules for.
///
/// What is scripted: rows are whatever the test puts in; getters, setters, `event.from` and tasks follow from them as on a
/// genuine server; every other message does only what its rule says.
final class GenerationPool: Sendable {
    typealias Rule = @Sendable (GenerationPool, [Value]) throws -> Value

    /// Thrown by a rule that has done its work, and whose task a restart has taken away.
    struct Lost: Error {}

    /// A row of a table.
    typealias Fields = [String: Value]

    private struct State {
        var tables: [String: [String: Fields]] = [:]
        var changed: [(generation: Int, table: String, ref: String)] = []
        var generation = 1
        var sessions = 0
        var tasks = 0
        var calls: [String] = []
        var refusesLogins = false
    }

    private let state = Mutex(State())
    private let rules: [String: Rule]
    private let upload: @Sendable (GenerationPool, String, [String: String], [UInt8]) throws -> String
    private let pages: @Sendable (GenerationPool, String) -> String?

    /// - Parameters:
    ///   - rules: what messages do, by their names.
    ///   - upload: what becomes of a file, by the door, what the door was told, and the bytes; the task's result.
    ///   - pages: pages by their path.
    init(
        _ rules: [String: Rule] = [:],
        upload: @escaping @Sendable (GenerationPool, String, [String: String], [UInt8]) throws -> String = {
            _,
            _,
            _,
            _ in ""
        },
        pages: @escaping @Sendable (GenerationPool, String) -> String? = { _, _ in nil }
    ) {
        (self.rules, self.upload, self.pages) = (rules, upload, pages)
    }

    /// The messages that came, in order, without those that only look.
    var deeds: [String] {
        state.withLock { $0.calls }.filter { name in
            !name.contains(".get_") && !["event.from", "task.destroy", "task.create"].contains(name)
                && !name.hasPrefix("session.")
        }
    }

    /// Ends all sessions, as a restart does.
    func forgetSessions() { state.withLock { $0.sessions += 1_000_000 } }

    /// Knows no password any longer.
    func refuseLogins() { state.withLock { $0.refusesLogins = true } }

    // MARK: Rows

    subscript(table: String, ref: String) -> Fields? { state.withLock { $0.tables[table]?[ref] } }

    /// The references of a table's rows.
    func refs(_ table: String) -> [String] { state.withLock { $0.tables[table]?.keys.sorted() ?? [] } }

    /// Makes a row, or changes some of its fields.
    func put(_ table: String, _ ref: String, _ fields: Fields) {
        state.withLock { state in
            var row = state.tables[table]?[ref] ?? ["uuid": .string("uuid-" + ref)]
            row.merge(fields) { $1 }
            state.tables[table, default: [:]][ref] = row
            state.generation += 1
            state.changed.append((state.generation, table, ref))
        }
    }

    /// Removes a row, with an event or in silence.
    func remove(_ table: String, _ ref: String, silently: Bool = false) {
        state.withLock { state in
            state.tables[table]?[ref] = nil
            guard !silently else { return }
            state.generation += 1
            state.changed.append((state.generation, table, ref))
        }
    }

    // MARK: Answers

    @Sendable func answer(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        if request.method == "PUT" {
            let (path, query) = (request.path, request.query)
            return .taking({ [self] bytes in
                let task = query["task_id"] ?? ""
                end(task) { try upload(self, path, query, bytes) }
            })
        }
        if request.method == "GET" {
            guard let page = pages(self, request.path) else {
                return .bytes(Array("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8))
            }
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(page.utf8.count)\r\n\r\n"
            return .bytes(Array((head + page).utf8))
        }
        guard let call = request.call else {
            return .bytes(Array("HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n".utf8))
        }
        state.withLock { $0.calls.append(call.name) }
        if call.name == "session.login_with_password" {
            let isRefused = state.withLock { $0.refusesLogins }
            return isRefused ? .refusal("SESSION_AUTHENTICATION_FAILED") : .value(.string(session))
        }
        guard call.parameters.first == .string(session) else {
            return .refusal("SESSION_INVALID", [call.parameters.first?.text ?? ""])
        }
        let parameters = Array(call.parameters.dropFirst())
        if call.name == "event.from" { return await events(parameters) }
        if call.name.hasPrefix("Async.") {
            let task = makeTask(call.name)
            end(task) { XMLRPC.text(try perform(String(call.name.dropFirst(6)), parameters)) }
            return .value(.string(task))
        }
        do { return .value(try perform(call.name, parameters)) } catch let error as APIError {
            return .refusal(error.code, error.parameters)
        } catch { return .refusal("INTERNAL_ERROR", ["\(error)"]) }
    }

    private var session: String { "OpaqueRef:session\(state.withLock { $0.sessions })" }

    private func makeTask(_ name: String) -> String {
        let number = state.withLock { state in
            state.tasks += 1
            return state.tasks
        }
        let ref = "OpaqueRef:task\(number)"
        put("task", ref, ["name_label": .string(name), "status": .string("pending"), "progress": .float(0)])
        return ref
    }

    private func end(_ task: String, _ work: () throws -> String) {
        do {
            put("task", task, ["result": .string(try work()), "status": .string("success"), "progress": .float(1)])
        } catch is Lost {
            remove("task", task)
        } catch {
            let words = (error as? APIError)?.description ?? ["INTERNAL_ERROR", "\(error)"]
            put("task", task, ["status": .string("failure"), "error_info": .strings(words)])
        }
    }

    private func perform(_ name: String, _ parameters: [Value]) throws -> Value {
        if let rule = rules[name] { return try rule(self, parameters) }
        let parts = name.split(separator: ".").map(String.init)
        let first = parameters.first?.text ?? ""
        guard parts.count == 2 else { throw APIError("MESSAGE_METHOD_UNKNOWN", [name]) }
        let (table, message) = (parts[0], parts[1])
        let rows = state.withLock { $0.tables[table] ?? [:] }
        switch message {
        case "create" where table == "task": return .string(makeTask(first))
        case "destroy" where table == "task":
            remove(table, first)
            return .void
        case "get_all": return .strings(rows.keys.sorted())
        case "get_all_records":
            return .map(rows.sorted { $0.key < $1.key }.map { .init($0.key, Self.record($0.value)) })
        case "get_by_uuid":
            guard let row = rows.first(where: { $0.value["uuid"]?.text == first }) else {
                throw APIError("UUID_INVALID", [table, first])
            }
            return .string(row.key)
        default: break
        }
        guard state.withLock({ $0.tables[table] != nil }) else { throw APIError("MESSAGE_METHOD_UNKNOWN", [name]) }
        guard let row = rows[first] else { throw APIError("HANDLE_INVALID", [table, first]) }
        if message == "get_record" { return Self.record(row) }
        for (prefix, change) in Self.setters where message.hasPrefix(prefix) {
            let field = String(message.dropFirst(prefix.count))
            guard let value = row[field] else { break }
            guard let next = try change(value, Array(parameters.dropFirst())) else { return value }
            put(table, first, [field: next])
            return .void
        }
        throw APIError("MESSAGE_METHOD_UNKNOWN", [name])
    }

    /// What getters and setters make of a field; nil for a look.
    private static let setters: [(String, @Sendable (Value, [Value]) throws -> Value?)] = [
        ("get_", { _, _ in nil }), ("set_", { _, parameters in parameters[0] }),
        (
            "add_to_",
            { value, parameters in
                guard value[parameters[0].text ?? ""] == nil else {
                    throw APIError("MAP_DUPLICATE_KEY", ["", "", "", ""])
                }
                return .map((value.members ?? []) + [.init(parameters[0].text ?? "", parameters[1])])
            }
        ),
        ("remove_from_", { value, parameters in .map((value.members ?? []).filter { $0.key != parameters[0].text }) }),
    ]

    private static func record(_ fields: Fields) -> Value {
        .map(fields.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }

    private func events(_ parameters: [Value]) async -> ScriptedServer.Reply {
        let wanted = (parameters[0].elements ?? []).compactMap { $0.text?.lowercased() }
        let token = Int(parameters[1].text ?? "") ?? 0
        func isWanted(_ table: String, _ ref: String) -> Bool {
            wanted.contains(table.lowercased()) || wanted.contains("\(table)/\(ref)".lowercased())
        }
        for _ in 0..<20 {
            let (events, generation, counts) = state.withLock { state in
                var refs: [(String, String)] = []
                if token == 0 {
                    refs = state.tables.sorted { $0.key < $1.key }.flatMap { table in
                        table.value.keys.sorted().map { (table.key, $0) }
                    }
                } else {
                    refs = state.changed.filter { $0.generation > token }.map { ($0.table, $0.ref) }
                }
                let events = refs.filter { isWanted($0.0, $0.1) }
                    .map { table, ref in
                        let row = state.tables[table]?[ref]
                        var members: [Value.Member] = [
                            .init("class", .string(table.lowercased())), .init("ref", .string(ref)),
                            .init("operation", .string(row == nil ? "del" : token == 0 ? "add" : "mod")),
                        ]
                        if let row { members.append(.init("snapshot", Self.record(row))) }
                        return Value.map(members)
                    }
                let counts = state.tables.map { Value.Member($0.key.lowercased(), .int(Int64($0.value.count))) }
                return (events, state.generation, counts)
            }
            if !events.isEmpty || token == 0 {
                return .value(
                    .map([
                        .init("events", .set(events)), .init("valid_ref_counts", .map(counts)),
                        .init("token", .string("\(generation)")),
                    ])
                )
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
        let counts = state.withLock { $0.tables.map { Value.Member($0.key.lowercased(), .int(Int64($0.value.count))) } }
        return .value(
            .map([
                .init("events", .set([])), .init("valid_ref_counts", .map(counts)), .init("token", .string("\(token)")),
            ])
        )
    }
}
