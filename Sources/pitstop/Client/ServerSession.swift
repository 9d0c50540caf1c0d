import Foundation
import XenAPI

/// A session with a server: messages of XenAPI, one after another.
struct ServerSession: Sendable {
    private let connection: ServerConnection
    private let reference: String

    static func open(_ connection: ServerConnection, user: String, password: String) async throws -> ServerSession {
        let result = try await send("session.login_with_password", [.string(user), .string(password)], to: connection)
        return ServerSession(connection: connection, reference: result.text ?? "")
    }

    /// Calls a message and waits for its result.
    @discardableResult
    func call(_ method: String, _ arguments: Value...) async throws -> Value { try await call(method, arguments) }

    /// Calls a message and waits for its result.
    func call(_ method: String, _ arguments: [Value]) async throws -> Value {
        try await Self.send(method, [.string(reference)] + arguments, to: connection)
    }

    func close() async { _ = try? await call("session.logout") }

    private static func send(_ method: String, _ parameters: [Value], to connection: ServerConnection) async throws
        -> Value
    {
        let request = Value.map([
            .init("jsonrpc", .string("2.0")), .init("id", .int(1)), .init("method", .string(method)),
            .init("params", .set(parameters)),
        ])
        let bytes = try await connection.post("/jsonrpc", JSON.encode(request))
        let answer: Value
        do throws(CodecError) { answer = try JSON.read(bytes) } catch {
            throw OperatorError("The server's answer to \(method) is not understood: \(error).")
        }
        if let error = answer["error"] {
            let code = error["message"]?.text ?? "INTERNAL_ERROR"
            throw ServerRefusal(error: APIError(code, error["data"]?.elements?.compactMap(\.text) ?? []))
        }
        guard let result = answer["result"] else {
            throw OperatorError("The server's answer to \(method) holds no result.")
        }
        return result
    }
}

/// The server refused a message.
struct ServerRefusal: Error, CustomStringConvertible {
    let error: APIError

    /// Whether prechecks refused it: exit code 3.
    var isPrecheck: Bool { error.code == "ROLLOUT_PRECHECK_FAILED" }

    var description: String {
        let parameters = error.parameters
        return switch error.code {
        case "ROLLOUT_PRECHECK_FAILED": parameters.joined(separator: "\n")
        case "ROLLOUT_ACTIVE":
            "Run \(parameters.first ?? "") is active on this pool: wait for its end, or cancel it."
        case "ROLLOUT_WORD_REFUSED", "INTERNAL_ERROR": parameters.first ?? error.code
        case "SESSION_AUTHENTICATION_FAILED": "The server does not know this user with this password."
        case "RBAC_PERMISSION_DENIED": "Your role does not allow this: ask an operator of the pool, or sign in as one."
        case "CANNOT_FIND_PATCH": "The update's package was cleaned away: upload it again."
        case "VALUE_NOT_SUPPORTED" where parameters.count == 3:
            "\(parameters[0]) can not be '\(parameters[1])': it is \(parameters[2])."
        default: ([error.code] + parameters).joined(separator: ": ")
        }
    }
}
