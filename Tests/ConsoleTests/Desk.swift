import Datamodel
import Foundation
import HTTPTypes
import Hosts
import Hummingbird
import Logging
import NIOEmbedded
import PoolDatabase
import PoolOperations
import PoolPatching
import Synchronization
import TestSupport
import UpdatePackage
import XenAPI

@testable import Console
@testable import PoolRollout

/// The console on a modelled pool in memory, asked without a browser.
final class Desk: Sendable {
    let console: Console
    let rollouts: RolloutService
    let directory: TemporaryDirectory
    private let router: RouterResponder<BasicRequestContext>
    private let access: Access
    private let secret: String

    /// - Parameters:
    ///   - role: of whoever is signed in.
    ///   - prepare: writes what an earlier server has left behind.
    init(role: Role = .poolOperator, prepare: (TemporaryDirectory) throws -> Void = { _ in }) async throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.file("runs"), withIntermediateDirectories: true)
        try prepare(directory)
        let database = try PoolDatabase(path: nil)
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_700_000_000) }
        let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
        try await ModelledPool(hostCount: 2, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        let pool = Pool(database: database, hosts: BareHosts(), now: now, makeUUID: makeUUID)
        let patches = try PatchService(pool: pool, directory: directory.file("updates")) { () throws(APIError) in
            TrustPolicy()
        }
        rollouts = RolloutService(
            pool: pool,
            patches: patches,
            directory: directory.file("runs"),
            writer: "test",
            gates: GateKeeper(gates: directory.file("gates"), prechecks: directory.file("prechecks"))
        )
        await rollouts.open()
        access = Access(database: database, role: role)
        console = Console(
            access: access,
            services: ConsoleServices(
                rollouts: rollouts,
                patches: patches,
                trust: TrustStore(folder: directory.file("trust"))
            ),
            directory: directory.file("console"),
            now: { now().seconds }
        )
        let router = Router(context: BasicRequestContext.self)
        console.addRoutes(to: router)
        self.router = router.buildResponder()
        secret = try await console.sessions.signIn("ann", password: "right")
    }

    /// What the next sign-ins end with; nil lets them in.
    func refuseSignIns(_ error: APIError?) { access.refusal.withLock { $0 = error } }

    func get(_ path: String) async throws -> (status: Int, text: String) { try await ask(.get, path, "") }

    /// Posts a form from a page that this browser was given.
    func post(_ path: String, _ fields: String = "") async throws -> (status: Int, text: String) {
        try await ask(.post, path, "token=\(Secret.derive("form", from: secret))&" + fields)
    }

    private func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String) async throws -> (Int, String) {
        var head = HTTPRequest(method: method, scheme: "https", authority: "pool.example", path: path)
        head.headerFields[.contentType] = "application/x-www-form-urlencoded"
        head.headerFields[.cookie] = "\(Cookie.name)=\(secret)"
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "desk"))
        let response = try await router.respond(to: request, context: BasicRequestContext(source: source))
        let writer = Writer()
        try await response.body.write(writer)
        return (response.status.code, writer.text.withLock { $0 })
    }

    private final class Writer: ResponseBodyWriter {
        let text = Mutex("")
        func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// Lets everybody in, with one role.
    private final class Access: PoolAccess {
        let refusal = Mutex<APIError?>(nil)
        private let database: PoolDatabase
        private let role: Role

        init(database: PoolDatabase, role: Role) { (self.database, self.role) = (database, role) }

        func signIn(_ user: String, password: String) async throws(APIError) -> SignedIn {
            if let refusal = refusal.withLock({ $0 }) { throw refusal }
            return SignedIn(session: Ref("OpaqueRef:" + user), user: user, role: role, mark: "")
        }

        func resume(_ user: String, mark: String) async throws(APIError) -> SignedIn {
            try await signIn(user, password: "")
        }

        func signedIn(_ session: Ref) throws(APIError) -> SignedIn {
            SignedIn(session: session, user: "ann", role: role, mark: "")
        }

        func signOut(_ session: Ref) async {}
        func call(_ message: String, _ arguments: [Value], in session: Ref) async throws(APIError) -> Value {
            throw APIError("MESSAGE_METHOD_UNKNOWN", [message])
        }
        func upload(_ body: RequestBody, length: Int64?, in session: Ref) async throws(APIError) -> Ref {
            throw APIError("MESSAGE_METHOD_UNKNOWN", ["upload"])
        }
        func note(_ deed: String, about object: String, _ error: APIError?, in session: Ref) {}
        var audit: (entries: [AuditEntry], problem: String?) { ([], nil) }
        var snapshot: Snapshot { database.snapshot }
        func change(after generation: Int64) async -> Snapshot { database.snapshot }
    }
}
