import ScriptedServer
import Synchronization
import XenAPI
import XenAPIClient

/// A pool that answers by rules: each message has one, and what has none is unknown.
final class ScriptedPool: Sendable {
    typealias Rule = @Sendable ([Value]) async -> ScriptedServer.Reply

    private let rules: [String: Rule]
    private let seen = Mutex<[String]>([])
    private let sessions = Mutex<[String]>([])

    /// - Parameter rules: by message; a login that takes every password is there unless it is named.
    init(_ rules: [String: Rule] = [:]) { self.rules = rules }

    /// The messages that came, in order.
    var calls: [String] { seen.withLock { $0 } }

    /// How often one came.
    func count(_ message: String) -> Int { calls.count { $0 == message } }

    /// Ends all sessions.
    func forgetSessions() { sessions.withLock { $0 = [] } }

    @Sendable func answer(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        guard let call = request.call else { return .bytes(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)) }
        seen.withLock { $0.append(call.name) }
        let session = call.parameters.first?.text ?? ""
        if call.name != "session.login_with_password", !sessions.withLock({ $0.contains(session) }) {
            return .refusal("SESSION_INVALID", [session])
        }
        if let rule = rules[call.name] { return await rule(Array(call.parameters.dropFirst())) }
        switch call.name {
        case "session.login_with_password":
            let made = sessions.withLock { sessions in
                let session = "OpaqueRef:session\(sessions.count)-\(count(call.name))"
                sessions.append(session)
                return session
            }
            return .value(.string(made))
        case "session.logout": return .value(.void)
        default: return .refusal("MESSAGE_METHOD_UNKNOWN", [call.name])
        }
    }
}

extension XenAPIClient {
    /// A client of a scripted server that trusts the server's certificate and is in a hurry.
    static func of(_ server: ScriptedServer, wire: Wire = .xml, limits: ClientLimits = .hasty) throws -> XenAPIClient {
        XenAPIClient(
            try Endpoint(server.url),
            as: Credentials(user: "root", password: "secret"),
            policy: TLSPolicy(pins: Set(server.identity.map { [CertificateDigest(of: $0.certificate)] } ?? [])),
            wire: wire,
            limits: limits
        )
    }
}

extension ClientLimits {
    /// Bounds that a test can wait for.
    static var hasty: ClientLimits {
        var limits = ClientLimits()
        limits.pauses = .milliseconds(5)...(.milliseconds(20))
        limits.taskWait = .milliseconds(50)
        limits.eventWait = .milliseconds(50)
        limits.silence = .seconds(20)
        limits.lastWords = .milliseconds(200)
        limits.connecting = .seconds(120)
        return limits
    }

    /// The usual bounds, but for a connection: on a busy machine a handshake may take longer, and another fault is meant.
    static var unhurried: ClientLimits {
        var limits = ClientLimits()
        limits.connecting = .seconds(120)
        return limits
    }
}

/// Counts, from wherever.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// Counts one more, and returns how many were there before.
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }

    var value: Int { count.withLock { $0 } }
}
