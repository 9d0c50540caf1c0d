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
import Testing
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
    let database: PoolDatabase
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
            gates: GateKeeper(
                gates: directory.file("gates"),
                prechecks: directory.file("prechecks"),
                pairs: directory.file("pairs")
            )
        )
        await rollouts.open()
        self.database = database
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

    /// What the server says.
    struct Answered {
        let status: Int
        let text: String
        /// Where it sends the browser on to.
        let location: String?
    }

    func get(_ path: String) async throws -> Answered { try await ask(.get, path, "") }

    /// Posts fields with the token of a page that this browser was given.
    func post(_ path: String, _ fields: String = "") async throws -> Answered {
        try await ask(.post, path, "token=\(token)&" + fields)
    }

    /// Presses the button of a page whose form leads to a path that ends so.
    func press(_ ending: String, on page: String, _ more: [String: String] = [:]) async throws -> Answered {
        let forms = PostedForm.all(in: try await get(page).text)
        let form = try #require(forms.first { $0.action.hasSuffix("/" + ending) }, "\(forms.map(\.action))")
        return try await post(form, more)
    }

    func post(_ form: PostedForm, _ more: [String: String] = [:]) async throws -> Answered {
        let fields = form.fields.merging(more) { $1 }.merging(["token": token]) { $1 }
        return try await ask(
            .post,
            form.action,
            fields.map { Form.encode($0.key) + "=" + Form.encode($0.value) }.joined(separator: "&")
        )
    }

    private var token: String { Secret.derive("form", from: secret) }

    /// Who is signed in has another password or role from now on.
    func change(mark: String) { access.mark.withLock { $0 = mark } }

    /// How many messages were sent.
    var calls: Int { messages.count }

    /// The messages that were sent, with their arguments.
    var messages: [String] { access.messages.withLock { $0 } }

    /// What every message is answered with from now on, in place of a refusal.
    func answer(_ value: Value) { access.answer.withLock { $0 = .success(value) } }

    /// How every message is refused from now on.
    func refuse(_ error: APIError) { access.answer.withLock { $0 = .failure(error) } }

    /// A field of the head of an answer.
    func header(_ name: String, of path: String) async throws -> String? {
        try await respond(.get, path, "").headers[try #require(HTTPField.Name(name))]
    }

    /// Opens the stream of a page, and returns what is written to it, piece by piece.
    func follow(_ page: String) async throws -> AsyncStream<String> {
        let (stream, pieces) = AsyncStream.makeStream(of: String.self)
        let response = try await respond(.get, "/live?page=" + Form.encode(page), "")
        Task {
            try? await response.body.write(StreamWriter(pieces: pieces))
            pieces.finish()
        }
        return stream
    }

    private struct StreamWriter: ResponseBodyWriter {
        let pieces: AsyncStream<String>.Continuation
        func write(_ buffer: ByteBuffer) async throws { pieces.yield(String(buffer: buffer)) }
        func finish(_ trailingHeaders: HTTPFields?) async throws { pieces.finish() }
    }

    private func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String) async throws -> Answered {
        let response = try await respond(method, path, body)
        let writer = Writer()
        try await response.body.write(writer)
        let text = writer.text.withLock { $0 }
        return Answered(status: response.status.code, text: text, location: response.headers[.location])
    }

    private func respond(_ method: HTTPRequest.Method, _ path: String, _ body: String) async throws -> Response {
        var head = HTTPRequest(method: method, scheme: "https", authority: "pool.example", path: path)
        head.headerFields[.contentType] = "application/x-www-form-urlencoded"
        head.headerFields[.cookie] = "\(Cookie.name)=\(secret)"
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "desk"))
        return try await router.respond(to: request, context: BasicRequestContext(source: source))
    }

    private final class Writer: ResponseBodyWriter {
        let text = Mutex("")
        func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// Lets everybody in, with one role.
    private final class Access: PoolAccess {
        let refusal = Mutex<APIError?>(nil)
        let mark = Mutex("")
        let messages = Mutex<[String]>([])
        let answer = Mutex<Result<Value, APIError>?>(nil)
        private let database: PoolDatabase
        private let role: Role

        init(database: PoolDatabase, role: Role) { (self.database, self.role) = (database, role) }

        func signIn(_ user: String, password: String) async throws(APIError) -> SignedIn {
            if let refusal = refusal.withLock({ $0 }) { throw refusal }
            return SignedIn(session: Ref("OpaqueRef:" + user), user: user, role: role, mark: mark.withLock { $0 })
        }

        func resume(_ user: String, mark: String) async throws(APIError) -> SignedIn {
            try await signIn(user, password: "")
        }

        func signedIn(_ session: Ref) throws(APIError) -> SignedIn {
            SignedIn(session: session, user: "ann", role: role, mark: mark.withLock { $0 })
        }

        func signOut(_ session: Ref) async {}
        func call(_ message: String, _ arguments: [Value], in session: Ref) async throws(APIError) -> Value {
            messages.withLock { $0.append(([message] + arguments.map { $0.text ?? "…" }).joined(separator: " ")) }
            if let answer = answer.withLock({ $0 }) { return try answer.get() }
            throw APIError("MESSAGE_METHOD_UNKNOWN", [message])
        }
        func upload(_ body: RequestBody, length: Int64?, in session: Ref) async throws(APIError) -> Ref {
            throw APIError("MESSAGE_METHOD_UNKNOWN", ["upload"])
        }
        func note(_ deed: String, about object: String, _ error: APIError?, in session: Ref) {}
        var audit: (entries: [AuditEntry], problem: String?) { ([], nil) }
        var certificateExpires: Int64? { 1_700_000_000 + 10 * 86_400 }
        var snapshot: Snapshot { database.snapshot }
        func change(after generation: Int64) async -> Snapshot { await database.change(after: generation) }
    }
}
