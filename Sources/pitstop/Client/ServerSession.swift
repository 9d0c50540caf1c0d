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
    func call(_ method: String, _ arguments: Value...) async throws -> Value {
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

    var description: String { ([error.code] + error.parameters).joined(separator: ": ") }
}
