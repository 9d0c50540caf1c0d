import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
public import ScriptedServer
public import TestSupport
public import XenAPI

/// A pool of another generation, for whoever drives it: an embedded pool, which a process of its own serves, behind the
/// classes, fields and messages by which that generation takes updates.
///
/// Real are the hosts and their trees with databases of packages, VMs, migrations, restarts, sessions, and what goes on in
/// tasks of theirs: every message that the profile does not name is passed on as it came, in the caller's own session. What
/// an update does to a host is real, too: a signed package for the embedded pool, which the profile has it apply, so that
/// the host's own rpm installs real packages. Faked is what the profile says of itself.
public final class GenerationFront: Sendable {
    /// Something that the profile does itself.
    public typealias Rule = @Sendable (GenerationFront, [Value]) async throws -> Value

    /// The pool behind.
    public let pool: ServerProcess
    let profile: any GenerationProfile
    let rows: FrontRows
    private let client: HTTPClient
    /// The session in which the profile itself does things.
    private let session: Value

    fileprivate init(_ pool: ServerProcess, _ profile: any GenerationProfile, _ client: HTTPClient) async throws {
        (self.pool, self.profile, self.client) = (pool, profile, client)
        rows = FrontRows(classes: profile.classes)
        session = try await Self.send(
            MethodCall("session.login_with_password", [.string("root"), .string(ServerProcess.password)]),
            to: pool,
            by: client
        )
    }

    // MARK: What the profile asks of the pool behind

    /// Sends a message to the pool behind, and waits for its result.
    func real(_ message: String, _ parameters: Value...) async throws -> Value {
        try await pass(MethodCall(message, [session] + parameters))
    }

    /// A record as the pool behind has it.
    func real(_ table: String, record ref: String) async throws -> Value {
        try await real("\(table).get_record", .string(ref))
    }

    private func pass(_ call: MethodCall) async throws -> Value { try await Self.send(call, to: pool, by: client) }

    private static func send(_ call: MethodCall, to pool: ServerProcess, by client: HTTPClient) async throws -> Value {
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(pool.port)/")
        request.method = .POST
        request.body = .bytes(XMLRPC.encode(call))
        let response = try await client.execute(request, timeout: .seconds(300))
        let body = try await response.body.collect(upTo: 64 << 20)
        switch try XMLRPC.readResponse(Array(body.readableBytesView)) {
        case .success(let value), .bare(let value): return value
        case .failure(let error): throw error
        case .fault(_, let text): throw APIError("INTERNAL_ERROR", [text])
        }
    }

    // MARK: Answers

    @Sendable fileprivate func answer(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        switch request.method {
        case "PUT":
            return .taking({ [self] bytes in
                await end(request.query["task_id"] ?? "") {
                    try await profile.took(bytes, at: request.path, request.query, self)
                }
            })
        case "GET": return await page(request)
        default:
            guard let call = request.call else { return Self.refused(400) }
            do { return .value(try await perform(call)) } catch let error as APIError {
                return .refusal(error.code, error.parameters)
            } catch { return .refusal("INTERNAL_ERROR", ["\(error)"]) }
        }
    }

    private func page(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        guard let page = try? await profile.page(request.path, self) else { return Self.refused(404) }
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(page.utf8.count)\r\n\r\n"
        return .bytes(Array((head + page).utf8))
    }

    private static func refused(_ status: Int) -> ScriptedServer.Reply {
        .bytes(Array("HTTP/1.1 \(status) No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8))
    }

    private func perform(_ call: MethodCall) async throws -> Value {
        let parameters = Array(call.parameters.dropFirst())
        if call.name == "event.from" { return try await events(call.parameters[0], parameters) }
        if call.name == "task.create" { return .string(rows.makeTask(parameters[0].text ?? "")) }
        if call.name.hasPrefix("Async."), let rule = profile.messages[String(call.name.dropFirst(6))] {
            // As in every toolstack, what a task does goes on when the connection that asked for it is gone.
            let task = rows.makeTask(call.name)
            Task { await end(task) { XMLRPC.text(try await rule(self, parameters)) } }
            return .string(task)
        }
        if let rule = profile.messages[call.name] { return try await rule(self, parameters) }
        return try await look(call, parameters)
    }

    /// Ends a task as the work does.
    private func end(_ task: String, _ work: () async throws -> String) async {
        do {
            rows.put("task", task, ["result": .string(try await work()), "status": .string("success")])
        } catch {
            let words = (error as? APIError)?.description ?? ["INTERNAL_ERROR", "\(error)"]
            rows.put("task", task, ["status": .string("failure"), "error_info": .strings(words)])
        }
    }

    /// Getters and setters of the profile's rows; everything else is the pool's own.
    private func look(_ call: MethodCall, _ parameters: [Value]) async throws -> Value {
        let parts = call.name.split(separator: ".").map(String.init)
        guard parts.count == 2 else { return try await pass(call) }
        let (table, message, first) = (parts[0], parts[1], parameters.first?.text ?? "")
        if let answer = try rows.answer(table, message, parameters) { return answer }
        switch message {
        case "get_all_records":
            let theirs = profile.hidden.contains(table) ? [] : try await pass(call).members ?? []
            return .map(
                theirs.map { .init($0.key, profile.dressed($0.value, table, $0.key)) } + rows.records(table)
            )
        case "get_all":
            let theirs = profile.hidden.contains(table) ? [] : try await pass(call).elements ?? []
            return .set(theirs + rows.records(table).map { .string($0.key) })
        case "get_record": return profile.dressed(try await pass(call), table, first)
        default: return try await pass(call)
        }
    }

    // MARK: Events

    /// Waits for what happens in both places. The token is the pool's own and the number of changes seen here.
    private func events(_ session: Value, _ parameters: [Value]) async throws -> Value {
        let wanted = (parameters[0].elements ?? []).compactMap { $0.text?.lowercased() }
        let parts = (parameters[1].text ?? "").split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        var (theirToken, seen) = (parts[0], parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let isWhole = parameters[1].text?.isEmpty ?? true
        let end = ContinuousClock.now + .seconds(Self.number(parameters[2]))
        while true {
            let ours = rows.changes(since: isWhole ? nil : seen, wanted)
            let patience: Double = ours.changes.isEmpty && ContinuousClock.now < end ? 0.5 : 0
            let answer: Value
            if wanted.allSatisfy({ $0.hasPrefix("task/" + FrontRows.taskPrefix.lowercased()) }) {
                // The pool behind knows nothing of such tasks.
                if patience > 0 { try await Task.sleep(for: .milliseconds(20)) }
                answer = .map([])
            } else {
                answer = try await pass(
                    MethodCall("event.from", [session, parameters[0], .string(theirToken), .float(patience)])
                )
                theirToken = answer["token"]?.text ?? ""
            }
            seen = ours.generation
            var events = (answer["events"]?.elements ?? []).compactMap(dressed)
            for change in ours.changes { events.append(try await event(of: change)) }
            guard events.isEmpty, !isWhole, ContinuousClock.now < end else {
                return .map([
                    .init("events", .set(events)), .init("token", .string("\(theirToken)|\(seen)")),
                    .init("valid_ref_counts", .map(counts(answer))),
                ])
            }
        }
    }

    private static func number(_ value: Value) -> Double {
        switch value {
        case .float(let number): number
        case .int(let number): Double(number)
        default: 0
        }
    }

    private func dressed(_ event: Value) -> Value? {
        let (table, ref) = (event["class"]?.text ?? "", event["ref"]?.text ?? "")
        guard !profile.hidden.contains(table) else { return nil }
        let members = (event.members ?? []).map { member in
            member.key == "snapshot" ? Value.Member("snapshot", profile.dressed(member.value, table, ref)) : member
        }
        return .map(members)
    }

    private func event(of change: FrontRows.Change) async throws -> Value {
        let (table, ref) = (change.table, change.ref)
        var members: [Value.Member] = [.init("class", .string(table.lowercased())), .init("ref", .string(ref))]
        switch change.row {
        case .own(let record): members += [.init("operation", .string("mod")), .init("snapshot", record)]
        case .gone: members.append(.init("operation", .string("del")))
        case .theirs:
            let record = profile.dressed(try await real(table, record: ref), table, ref)
            members += [.init("operation", .string("mod")), .init("snapshot", record)]
        }
        return .map(members)
    }

    private func counts(_ answer: Value) -> [Value.Member] {
        var counts: [String: Int64] = [:]
        for member in answer["valid_ref_counts"]?.members ?? [] where !profile.hidden.contains(member.key) {
            counts[member.key] = Int64(Self.number(member.value))
        }
        for (table, count) in rows.counts { counts[table.lowercased(), default: 0] += Int64(count) }
        return counts.map { .init($0.key, .int($0.value)) }
    }
}

/// Puts a profile in front of a pool for as long as `body` takes.
public func withGeneration<Result: Sendable>(
    _ profile: any GenerationProfile,
    before pool: ServerProcess,
    _ body: @Sendable (GenerationFront, ScriptedServer) async throws -> Result
) async throws -> Result {
    // The pool behind is on this machine, and was started by the same test.
    var configuration = HTTPClient.Configuration()
    configuration.tlsConfiguration = .clientDefault
    configuration.tlsConfiguration?.certificateVerification = .none
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let result: Swift.Result<Result, any Error>
    do {
        let front = try await GenerationFront(pool, profile, client)
        try await profile.furnish(front)
        result = .success(try await withScriptedServer(answer: front.answer) { try await body(front, $0) })
    } catch { result = .failure(error) }
    try? await client.shutdown()
    return try result.get()
}
