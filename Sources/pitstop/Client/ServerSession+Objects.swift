import Foundation
import XenAPI

extension ServerSession {
    /// Calls a message whose answer is JSON.
    func json<Answer: Decodable>(_ type: Answer.Type, _ method: String, _ arguments: [Value]) async throws -> Answer {
        try Self.decode(type, try await call(method, arguments).text ?? "", of: method)
    }

    /// Reads an answer that is JSON.
    static func decode<Answer: Decodable>(_ type: Answer.Type, _ text: String, of method: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw OperatorError("The server's answer to \(method) is not understood: it may be of another version.")
        }
    }

    /// The object that a uuid, reference or name stands for.
    func find(_ table: String, _ name: String) async throws -> Value {
        let records = try await call("\(table).get_all_records").members ?? []
        let known = records.filter { $0.key == name || $0.value["uuid"]?.text == name }
        let hits = known.isEmpty ? records.filter { $0.value["name_label"]?.text == name } : known
        let what = ["pool_patch": "update", "rollout": "run"][table] ?? table
        guard let hit = hits.first else {
            throw OperatorError("The pool has no \(what) \(name): look it up, and try again.")
        }
        guard hits.count == 1 else { throw OperatorError("\(hits.count) have the name \(name): give a uuid.") }
        return .string(hit.key)
    }
}
