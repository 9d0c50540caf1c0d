import Foundation
import XenAPI
import XenAPIClient

/// A session with a server: messages of XenAPI, one after another, and refusals in words.
struct ServerSession: Sendable {
    let client: XenAPIClient

    /// Signs in.
    static func open(_ endpoint: Endpoint, as credentials: Credentials, _ policy: TLSPolicy) async throws
        -> ServerSession
    {
        var limits = ClientLimits()
        // Looking before a run asks every host, one package after another.
        limits.call = .seconds(3600)
        let client = XenAPIClient(endpoint, as: credentials, policy: policy, wire: .json, limits: limits)
        do throws(XenAPIError) { try await client.signIn() } catch {
            await client.close()
            throw words(error)
        }
        return ServerSession(client: client)
    }

    /// Calls a message and waits for its result.
    @discardableResult
    func call(_ method: String, _ arguments: Value...) async throws -> Value { try await call(method, arguments) }

    /// Calls a message and waits for its result.
    func call(_ method: String, _ arguments: [Value]) async throws -> Value {
        do throws(XenAPIError) { return try await client.call(method, arguments) } catch { throw Self.words(error) }
    }

    func close() async { await client.close() }

    /// An error of the client as one for the operator.
    static func words(_ error: XenAPIError) -> any Error {
        switch error {
        case .refused(let refusal): return ServerRefusal(error: refusal)
        case .cancelled: return CancellationError()
        case .transport(let failure):
            guard case .untrusted = failure.reason else { return OperatorError("\(failure)") }
            return OperatorError(
                "\(failure) If it is the same, name it with --certificate: the SHA-256, or the file, which is tls/server.crt in the state folder "
                    + "of a server that made its own."
            )
        }
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
        case "ROLLOUT_PRECHECK_FAILED": parameters.joined(separator: " ")
        case "ROLLOUT_ACTIVE":
            "Run \(parameters.first ?? "") is active on this pool: wait for its end, or cancel it."
        case "ROLLOUT_WORD_REFUSED", "INTERNAL_ERROR": parameters.first ?? error.code
        case "SESSION_AUTHENTICATION_FAILED" where parameters.last == "The token's time is over.":
            "The time of token \(parameters.first ?? "") is over: have another one made with pitstop token create."
        case "SESSION_AUTHENTICATION_FAILED": "The server does not know this user with this password."
        case "RBAC_PERMISSION_DENIED": "Your role does not allow this: ask an operator of the pool, or sign in as one."
        case "CANNOT_FIND_PATCH": "The update's package was cleaned away: upload it again."
        case "VALUE_NOT_SUPPORTED" where parameters.count == 3:
            "\(parameters[0]) can not be '\(parameters[1])': it is \(parameters[2])."
        default: ([error.code] + parameters).joined(separator: ": ")
        }
    }
}
