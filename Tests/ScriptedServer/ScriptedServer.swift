import NIOCore
import NIOPosix
import NIOSSL
public import XenAPI

/// A server that answers as a test says, byte by byte where that matters: a XenAPI of any generation, or something that
/// only looks like one.
public struct ScriptedServer: Sendable {
    /// What came.
    public struct Request: Sendable {
        /// Such as `POST`.
        public let method: String
        /// Without what follows the question mark.
        public let path: String
        /// What follows it, unescaped.
        public let query: [String: String]
        /// By their names in small letters.
        public let headers: [String: String]
        /// Nothing for a `PUT`, whose body comes after the answer's head.
        public let body: [UInt8]
        /// Whether bytes of the body came although nobody had asked for them yet.
        public let isHasty: Bool

        /// The call in the body, of either wire.
        public var call: MethodCall? {
            if let json = try? JSONRPC.readRequest(body) { return json.call }
            return try? XMLRPC.readCall(body)
        }
    }

    /// What goes back.
    public enum Reply: Sendable {
        /// A result, in the call's own wire.
        case value(Value)
        /// A refusal, in the call's own wire.
        case refusal(String, [String] = [])
        /// Bytes as they are, and then the end.
        case bytes([UInt8])
        /// Bytes as they are, and then an end without a word, which TLS calls unclean.
        case cut([UInt8])
        /// Nothing, ever.
        case silence
        /// The head of an answer first; then the body of the request is read and handed on, and the connection ends.
        case taking(@Sendable ([UInt8]) async -> Void, uncleanly: Bool = false)
    }

    /// Its port on 127.0.0.1.
    public let port: Int
    /// What it shows; nil without TLS.
    public let identity: Identity?
    fileprivate let connections: AsyncStream<Connection>
    fileprivate let answer: @Sendable (Request) async -> Reply

    /// Its address.
    public var url: String { "\(identity == nil ? "http" : "https")://127.0.0.1:\(port)/" }
}

/// Runs a server for as long as `body` takes.
///
/// - Parameters:
///   - host: where it listens.
///   - port: 0 for any that is free.
///   - isOld: whether it speaks TLS 1.0 and nothing newer.
@discardableResult
public func withScriptedServer<Result: Sendable>(
    host: String = "127.0.0.1",
    port: Int = 0,
    isSecure: Bool = true,
    identity: Identity? = nil,
    isOld: Bool = false,
    answer: @escaping @Sendable (ScriptedServer.Request) async -> ScriptedServer.Reply,
    _ body: @Sendable (ScriptedServer) async throws -> Result
) async throws -> Result {
    let identity = isSecure ? try identity ?? Identity() : nil
    let tls = try identity.map { try $0.context(isOld: isOld) }
    let (connections, accepted) = AsyncStream.makeStream(of: Connection.self)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Guillotine())
                if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                let (parts, inbox) = AsyncStream.makeStream(of: ByteBuffer.self)
                try channel.pipeline.syncOperations.addHandler(Inbox(inbox))
                accepted.yield(Connection(channel: channel, parts: parts))
            }
        }
        .bind(host: host, port: port).get()
    let server = ScriptedServer(
        port: channel.localAddress?.port ?? 0,
        identity: identity,
        connections: connections,
        answer: answer
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.run() }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try? await channel.close()
        accepted.finish()
        group.cancelAll()
        return try result.get()
    }
}

extension ScriptedServer {
    fileprivate func run() async {
        await withDiscardingTaskGroup { group in
            for await connection in connections {
                group.addTask {
                    try? await serve(connection)
                    try? await connection.channel.close()
                }
            }
        }
    }

    private func serve(_ client: Connection) async throws {
        var reader = RequestReader(client.parts)
        while let head = await reader.head() {
            if head.method == "TLS" {
                try await client.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"))
                return
            }
            let isUpload = head.method == "PUT"
            let request = Request(
                method: head.method,
                path: head.path,
                query: head.query,
                headers: head.headers,
                body: isUpload ? [] : await reader.body(head.length),
                isHasty: isUpload && !reader.buffer.isEmpty
            )
            switch await answer(request) {
            case .value(let value): try await reply(.success(value), to: request, client)
            case .refusal(let code, let words): try await reply(.failure(APIError(code, words)), to: request, client)
            case .bytes(let bytes):
                try await client.channel.writeAndFlush(ByteBuffer(bytes: bytes))
                return
            case .cut(let bytes):
                try await client.channel.writeAndFlush(ByteBuffer(bytes: bytes))
                try await client.channel.triggerUserOutboundEvent(Guillotine.Fall()).get()
                return
            case .silence:
                while await reader.more() {}
                return
            case .taking(let take, let uncleanly):
                let start = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nCache-Control: no-cache, no-store\r\n\r\n"
                try await client.channel.writeAndFlush(ByteBuffer(string: start))
                await take(await reader.body(head.length))
                if uncleanly { try await client.channel.triggerUserOutboundEvent(Guillotine.Fall()).get() }
                return
            }
        }
    }

    private func reply(
        _ response: MethodResponse,
        to request: Request,
        _ client: Connection
    ) async throws {
        let body: [UInt8]
        if let json = try? JSONRPC.readRequest(request.body) {
            body = JSONRPC.encode(response, to: json)
        } else {
            body = XMLRPC.encode(response, i4Members: ["valid_ref_counts"])
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: \(body.count)\r\n\r\n"
        try await client.channel.writeAndFlush(ByteBuffer(bytes: Array(head.utf8) + body))
    }
}

/// Reads requests off a connection.
private struct RequestReader {
    struct Head {
        let method: String
        let path: String
        let query: [String: String]
        let headers: [String: String]
        let length: Int
    }

    private var parts: AsyncStream<ByteBuffer>.AsyncIterator
    private(set) var buffer: [UInt8] = []

    init(_ parts: AsyncStream<ByteBuffer>) { self.parts = parts.makeAsyncIterator() }

    mutating func more() async -> Bool {
        guard let part = await parts.next() else { return false }
        buffer += part.readableBytesView
        return true
    }

    mutating func head() async -> Head? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.firstRange(of: separator) {
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
                buffer.removeSubrange(..<end.upperBound)
                let words = lines.first?.split(separator: " ") ?? []
                guard words.count == 3 else { return nil }
                let target = words[1].split(separator: "?", maxSplits: 1)
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: " ").last
                return Head(
                    method: String(words[0]),
                    path: String(target.first ?? ""),
                    query: Self.query(target.count > 1 ? target[1] : ""),
                    headers: Self.headers(lines.dropFirst()),
                    length: length.flatMap { Int($0) } ?? 0
                )
            }
            // Somebody begins TLS with a server that speaks none.
            if buffer.first == 0x16 { return Head(method: "TLS", path: "", query: [:], headers: [:], length: 0) }
            guard await more() else { return nil }
        }
    }

    mutating func body(_ length: Int) async -> [UInt8] {
        while buffer.count < length {
            guard await more() else { break }
        }
        let body = Array(buffer.prefix(length))
        buffer.removeFirst(body.count)
        return body
    }

    private static func headers(_ lines: some Sequence<Substring>) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        return headers
    }

    private static func query(_ text: Substring) -> [String: String] {
        var items: [String: String] = [:]
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1).map(unescaped)
            if let name = parts.first { items[name] = parts.count > 1 ? parts[1] : "" }
        }
        return items
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16) else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One client.
private struct Connection: Sendable {
    let channel: any Channel
    let parts: AsyncStream<ByteBuffer>
}

/// Hands on what comes.
private final class Inbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let parts: AsyncStream<ByteBuffer>.Continuation

    init(_ parts: AsyncStream<ByteBuffer>.Continuation) { self.parts = parts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { parts.yield(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { parts.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Ends a connection below TLS, which so has no time for its farewell.
private final class Guillotine: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    struct Fall: Sendable {}

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Fall else { return context.triggerUserOutboundEvent(event, promise: promise) }
        context.close(promise: promise)
    }
}
