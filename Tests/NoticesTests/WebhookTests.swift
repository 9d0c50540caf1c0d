import Foundation
import ScriptedServer
import Synchronization
import TestSupport
import Testing

@testable import Notices

/// What a receiver gets, and what one can do to the server.
struct WebhookTests {
    private let notice = Notice(
        id: "run-1/hold/3",
        event: .runHeld,
        at: 1_796_126_400,
        pool: "Pool <!channel> *1*",
        run: "run-1",
        title: "XS602",
        text: "Host xs1 holds."
    )

    private func reply(_ status: String, _ more: String = "") -> ScriptedServer.Reply {
        .bytes(Array("HTTP/1.1 \(status)\r\n\(more)Content-Length: 0\r\n\r\n".utf8))
    }

    /// Sends the notice to a server that answers so.
    private func send(
        _ template: Webhook.Template = .none,
        secret: String? = nil,
        patience: Duration = .seconds(120),
        answer: @escaping @Sendable (ScriptedServer.Request) async -> ScriptedServer.Reply
    ) async throws -> (problem: Undelivered?, requests: [ScriptedServer.Request]) {
        let requests = Requests()
        let problem = try await withScriptedServer(isSecure: false) { request in
            requests.add(request)
            return await answer(request)
        } _: { server -> Undelivered? in
            let url = "http://127.0.0.1:\(server.port)/hook?key=s3cret"
            do throws(Undelivered) {
                try await Webhook(url: url, secret: secret, template: template, patience: patience).send(notice)
                return nil
            } catch {
                return error
            }
        }
        return (problem, requests.all)
    }

    private final class Requests: Sendable {
        private let state = Mutex<[ScriptedServer.Request]>([])
        var all: [ScriptedServer.Request] { state.withLock { $0 } }
        func add(_ request: ScriptedServer.Request) { state.withLock { $0.append(request) } }
    }

    @Test("It gets the notice as JSON once, with its id, and a signature that the key gives over these bytes")
    func signed() async throws {
        let (problem, requests) = try await send(secret: "Jefe") { _ in reply("204 No Content") }
        #expect(problem == nil)
        let request = try #require(requests.first)
        #expect(requests.count == 1 && request.method == "POST" && request.query == ["key": "s3cret"])
        #expect(try JSONDecoder().decode(Notice.self, from: Data(request.body)) == notice)
        #expect(request.headers["x-pitstop-notice"] == "run-1/hold/3")
        #expect(request.headers["x-pitstop-signature"] == Webhook.signature(of: request.body, by: "Jefe"))
        // The second test case of RFC 4231.
        #expect(
            Webhook.signature(of: Array("what do ya want for nothing?".utf8), by: "Jefe")
                == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test("Chat tools get what they take, and a name calls nobody there")
    func templates() async throws {
        let slack = try await send(.slack) { _ in reply("200 OK") }.requests
        let text = try JSONDecoder().decode([String: String].self, from: Data(slack[0].body))["text"]
        #expect(text == "*Pool &lt;!channel&gt; *1*: a run holds (XS602)*\nHost xs1 holds.")
        #expect(slack[0].headers["x-pitstop-signature"] == nil)
        let teams = try await send(.teams) { _ in reply("202 Accepted") }.requests
        let card = String(decoding: teams[0].body, as: UTF8.self)
        #expect(card.contains(#""contentType":"application/vnd.microsoft.card.adaptive""#))
        #expect(card.contains(#"Pool \\<!channel\\> \\*1\\*: a run holds"#), "\(card)")
    }

    @Test(
        "A status that is no success is told, and where it points is not followed",
        arguments: [
            "500 Internal Server Error", "404 Not Found", "302 Found", "307 Temporary Redirect", "304 Not Modified",
        ]
    )
    func refusals(status: String) async throws {
        let asked = Mutex(0)
        try await withScriptedServer(isSecure: false) { _ in
            asked.withLock { $0 += 1 }
            return reply("200 OK")
        } _: { inside in
            let (problem, requests) = try await send { _ in
                reply(status, "Location: http://127.0.0.1:\(inside.port)/metadata\r\n")
            }
            #expect(problem?.description.contains(status.prefix(3)) == true && requests.count == 1)
            #expect(problem?.description.contains("s3cret") == false)
        }
        #expect(asked.withLock { $0 } == 0)
    }

    @Test("One that hangs is waited for as long as was said, and one that talks without end is not listened to")
    func hangs() async throws {
        let silent = try await send(patience: .seconds(1)) { _ in .silence }
        #expect(silent.problem?.description == "It does not answer within 1 s.")
        let endless = try await send(patience: .seconds(120)) { _ in
            let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".utf8)
            return .bytes(head + [UInt8](repeating: 65, count: 1 << 20))
        }
        #expect(endless.problem == nil, "it has said that it took the notice")
    }

    @Test("What breaks off, speaks something else, or is not there is told without its address")
    func broken() async throws {
        for bytes in [[], Array("SSH-2.0-x\r\n".utf8)] as [[UInt8]] {
            let (problem, _) = try await send { _ in .bytes(bytes) }
            #expect(problem != nil && problem?.description.contains("127.0.0.1") == false)
        }
        let hook = Webhook(url: "http://127.0.0.1:1/s3cret", secret: nil, template: .none)
        let error = await #expect(throws: Undelivered.self) { try await hook.send(notice) }
        #expect(error?.description.contains("s3cret") == false)
    }
}
