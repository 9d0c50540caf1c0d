import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Has the server close a connection whose answer is complete.
private struct StreamEnded: Error {}

/// Lets a browser follow a page as it changes: server-sent events.
struct LiveDoor: Sendable {
    let console: Console

    /// A browser that hears nothing for three times as long knows that something holds the events back.
    private static let heartbeat = Duration.seconds(5)
    /// So often it is looked whether the reader may still read.
    private static let look = Duration.milliseconds(500)

    func follow(_ request: Request) async -> Response {
        guard SameOrigin.check(request), let secret = Cookie.read(request),
            let signedIn = await console.sessions.find(secret)
        else { return Answer.text("Sign in again.", status: 401) }
        let query = PageDoor.query(request)
        let version = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? query["version"]
        guard let stream = await stream(query["page"] ?? "/", signedIn, version) else {
            return Answer.text("There is no such page.", status: 404)
        }
        let body = ResponseBody { [console] writer in
            await Self.send(stream, to: &writer) { await console.sessions.find(secret) != nil }
            try await writer.finish(nil)
            // The connection ends with the stream, so that whoever may read no more has nothing open.
            throw StreamEnded()
        }
        return Response(status: .ok, headers: Answer.streamHeaders, body: body)
    }

    private func stream(_ page: String, _ signedIn: SignedIn, _ version: String?) async -> AsyncStream<ByteBuffer>? {
        let address = PageAddress(page)
        guard let (make, parameters) = console.routes.find(address.path) else { return nil }
        let visit = Visit(
            console: console,
            signedIn: signedIn,
            path: address.path,
            parameters: parameters,
            query: address.query
        )
        return await console.live.follow(
            .init(page: page, role: signedIn.role),
            version: version,
            feed: { [console] in await console.listen() },
            render: { [console] in
                guard let page = try? await make(visit) else { return nil }
                return BodyVersion(page.body(for: visit, await Attention.read(console)))
            }
        )
    }

    /// Sends events, and a sign of life where there are none, until the browser has left or its reader may read no more:
    /// after a sign-out, or with another password or role, no event is sent.
    private static func send(
        _ stream: AsyncStream<ByteBuffer>,
        to writer: inout any ResponseBodyWriter,
        while mayRead: @escaping @Sendable () async -> Bool
    ) async {
        let events = AsyncStream<ByteBuffer>.makeStream()
        let pump = Task {
            for await event in stream { events.continuation.yield(event) }
            events.continuation.finish()
        }
        let clock = Task {
            var next = ContinuousClock.now + heartbeat
            while (try? await Task.sleep(for: look)) != nil, await mayRead() {
                guard ContinuousClock.now >= next else { continue }
                next += heartbeat
                events.continuation.yield(ServerSentEvent.here)
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
                guard await mayRead(), (try? await writer.write(event)) != nil else { return }
            }
        } onGracefulShutdown: {
            events.continuation.finish()
        }
    }
}
