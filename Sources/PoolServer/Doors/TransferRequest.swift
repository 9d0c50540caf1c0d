import Datamodel
import Foundation
import HTTPTypes
import Hummingbird
import PoolOperations
import XenAPI

/// Who sends or fetches a file over HTTP, and for which task: told by the query, by cookies or by HTTP Basic.
struct TransferRequest {
    let session: Session
    /// The task that shows how the transfer went; nil where the caller named none.
    let task: Ref?
    let parameters: [String: String]

    /// - Parameter role: the least role that may make this transfer.
    /// - Throws: `HTTPError` 401 where nobody has signed in; 403 for a role that is too low, after the caller's own task has
    ///   failed with the reason, and for somebody else's task, which nothing happens to; 400 for a task that has ended.
    init(_ request: Request, role: Role, permission: String, api: API) async throws {
        api.meters.request(.transfer)
        var parameters: [String: String] = [:]
        // XenServer splits cookies at `&`, everybody else at `;`. Cookies come first, so the query overrides them.
        for cookie in request.headers[values: .cookie].flatMap({ $0.split(whereSeparator: { ";&".contains($0) }) }) {
            let pair = cookie.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if pair.count == 2 { parameters[pair[0]] = pair[1].removingPercentEncoding ?? pair[1] }
        }
        for (name, value) in request.uri.queryParameters {
            parameters[String(name)] = String(value)
        }
        self.parameters = parameters
        // Who asks comes first: a task is nobody's to end who only knows its name.
        do throws(APIError) {
            session = try await Self.authenticate(request, parameters, api)
        } catch {
            throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"Pitstop\""])
        }
        if let task = parameters["task_id"].map({ Ref($0) }) {
            do throws(APIError) {
                try api.tasks.assertMayTouch(task, session, permission)
            } catch {
                throw HTTPError(.forbidden)
            }
            guard api.tasks.isOpenToTransfer(task) else { throw HTTPError(.badRequest, message: "No such task waits.") }
            self.task = task
        } else {
            task = nil
        }
        guard session.role >= role else {
            let denial = Permissions.denial(of: permission, to: session)
            api.trail(session, permission, object: "").end(denial)
            if let task { await api.tasks.fail(task, denial) }
            throw HTTPError(.forbidden)
        }
    }

    private static func authenticate(
        _ request: Request,
        _ parameters: [String: String],
        _ api: API
    ) async throws(APIError) -> Session {
        if let session = parameters["session_id"] { return try api.sessions.use(Ref(session)) }
        guard let header = request.headers[.authorization], header.hasPrefix("Basic "),
            let decoded = Data(base64Encoded: String(header.dropFirst("Basic ".count)))
        else { throw APIError("SESSION_AUTHENTICATION_FAILED") }
        let words = String(decoding: decoded, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard words.count == 2 else { throw APIError("SESSION_AUTHENTICATION_FAILED") }
        let session = try await api.login(String(words[0]), password: String(words[1]))
        // Good for this transfer only.
        await api.sessions.end(session.ref)
        return session
    }
}
