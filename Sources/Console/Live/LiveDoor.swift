import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Lets a browser follow a page as it changes: server-sent events.
struct LiveDoor: Sendable {
    let console: Console

    private static let heartbeat = Duration.seconds(15)

    func follow(_ request: Request) async -> Response {
        guard SameOrigin.check(request), let secret = Cookie.read(request),
            let signedIn = await console.sessions.find(secret)
        else { return Answer.text("Sign in again.", status: 401) }
        let query = PageDoor.query(request)
        let address = query["page"] ?? "/"
        let version = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? query["version"]
        guard let stream = await stream(address, signedIn, version) else {
            return Answer.text("There is no such page.", status: 404)
        }
        let body = ResponseBody { [console] writer in
            await Self.send(stream, to: &writer, console, secret)
            try await writer.finish(nil)
        }
        var headers = Answer.headers
        headers[.contentType] = "text/event-stream"
        return Response(status: .ok, headers: headers, body: body)
    }

    private func stream(_ address: String, _ signedIn: SignedIn, _ version: String?) async -> AsyncStream<ByteBuffer>? {
        let parts = address.split(separator: "?", maxSplits: 1)
        let path = parts.first.map(String.init) ?? "/"
        guard let (make, parameters) = console.routes.find(path) else { return nil }
        let visit = Visit(
            console: console,
            signedIn: signedIn,
            path: path,
            parameters: parameters,
            query: parts.count > 1 ? Self.query(parts[1]) : [:]
        )
        return await console.live.follow(
            .init(page: address, role: signedIn.role),
            version: version,
            feed: { [console] in await console.listen() },
            render: { (try? await make(visit)).map { BodyVersion($0.body) } }
        )
    }

    private static func query(_ text: Substring) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair -> (String, String) in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return (Form.decode(parts[0]), parts.count > 1 ? Form.decode(parts[1]) : "")
        }
        return Dictionary(pairs) { $1 }
    }

    /// Sends events, and a sign of life where there are none, until the browser has left or the session is over.
    private static func send(
        _ stream: AsyncStream<ByteBuffer>,
        to writer: inout any ResponseBodyWriter,
        _ console: Console,
        _ secret: String
    ) async {
        let events = AsyncStream<ByteBuffer>.makeStream()
        let pump = Task {
            for await event in stream { events.continuation.yield(event) }
            events.continuation.finish()
        }
        let clock = Task {
            while (try? await Task.sleep(for: heartbeat)) != nil {
                guard await console.sessions.find(secret) != nil else { break }
                events.continuation.yield(ServerSentEvent.heartbeat)
            }
            events.continuation.finish()
        }
        defer {
            pump.cancel()
            clock.cancel()
        }
        guard (try? await writer.write(ServerSentEvent.hello)) != nil else { return }
        // A server that is to end does not wait for those who watch.
        await withGracefulShutdownHandler {
            for await event in events.stream {
                guard (try? await writer.write(event)) != nil else { return }
            }
        } onGracefulShutdown: {
            events.continuation.finish()
        }
    }
}
