import ArgumentParser
import Foundation
import PoolRollout
import ServerLink
import XenAPI

/// A session with a server. Its errors are sentences for the operator.
struct ServerSession: Sendable {
    private let client: RPCClient
    private let session: Value

    init(_ client: RPCClient, _ user: String, _ password: String) async throws {
        self.client = client
        session = try await Self.telling {
            let words = [user, password, "1.9", "pitstop"].map(Value.string)
            return try await client.call("session.login_with_password", words)
        }
    }

    func close() async { _ = try? await client.call("session.logout", [session]) }

    /// Calls a message in the session.
    @discardableResult
    func call(_ method: String, _ arguments: Value...) async throws -> Value {
        try await Self.telling { try await client.call(method, [session] + arguments) }
    }

    /// Calls a message whose answer is JSON.
    func json<Answer: Decodable>(_ type: Answer.Type, _ method: String, _ arguments: Value...) async throws -> Answer {
        let text = try await Self.telling { try await client.call(method, [session] + arguments) }.text ?? ""
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw OperatorError("The server's answer to \(method) is not understood: it may be of another version.")
        }
    }

    /// The object that a uuid, reference or name stands for.
    func find(_ table: String, _ name: String) async throws -> Value {
        let records = try await call("\(table).get_all_records").members ?? []
        let found = records.filter { $0.key == name || $0.value["uuid"]?.text == name }
        let named = records.filter { $0.value["name_label"]?.text == name }
        let hits = found.isEmpty ? named : found
        guard hits.count == 1, let hit = hits.first else {
            let what = table == "pool_patch" ? "update" : table
            throw OperatorError(
                hits.isEmpty
                    ? "The pool has no \(what) \(name): look it up, and try again."
                    : "The pool has \(hits.count) of \(what) \(name): name it by its uuid."
            )
        }
        return .string(hit.key)
    }

    private static func telling(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as APIError {
            throw ServerRefusal(error)
        } catch let failure as Failure {
            throw OperatorError(failure.message)
        }
    }
}

/// What a server refused, in its words.
struct ServerRefusal: Error, CustomStringConvertible {
    let error: APIError

    init(_ error: APIError) { self.error = error }

    var isPrecheck: Bool { error.code == "ROLLOUT_PRECHECK_FAILED" }

    var description: String {
        switch error.code {
        case "ROLLOUT_PRECHECK_FAILED": error.parameters.joined(separator: "\n")
        case "ROLLOUT_ACTIVE":
            "Run \(error.parameters.first ?? "") is active on this pool: wait for its end, or cancel it."
        case "ROLLOUT_WORD_REFUSED", "INTERNAL_ERROR": error.parameters.first ?? error.code
        case "SESSION_AUTHENTICATION_FAILED": "The server does not know this user and password."
        case "CANNOT_FIND_PATCH": "The update's package was cleaned away: upload it again."
        case "VALUE_NOT_SUPPORTED" where error.parameters.count == 3:
            "\(error.parameters[0]) can not be '\(error.parameters[1])': it is \(error.parameters[2])."
        default: error.description.joined(separator: " ")
        }
    }
}
