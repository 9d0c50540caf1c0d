import Logging
import NIOCore
import XenAPI

/// The door for `xe`: a connection that begins as a POST to `/cli` and goes on in the thin CLI protocol.
struct CLIDoor: Sendable {
    let api: API
    let logger: Logger

    /// A command line longer than this is refused, as XenServer does.
    static let largestRequest = 200 << 10

    func serve(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                let source = ByteSource(inbound)
                guard let body = try await request(source) else {
                    try await outbound.write(ByteBuffer(string: "HTTP/1.0 400 Bad Request\r\n\r\n"))
                    return
                }
                let client = CLIChannel(outbound: outbound, source: source)
                try await CLIConversation(api: api, channel: client).run(body)
            }
        } catch is ClientGone {
            logger.debug("The xe client has gone")
        } catch {
            logger.debug("An xe connection broke", metadata: ["reason": "\(error)"])
        }
    }

    /// The body of the request; nil where its head makes no sense or it is too long.
    private func request(_ source: ByteSource) async throws -> [UInt8]? {
        var received = ByteBuffer()
        while true {
            var attempt = received
            if let (head, length) = HistoricHTTPHandler.parse(&attempt) {
                guard head != nil, let length, length <= Self.largestRequest else { return nil }
                while attempt.readableBytes < length {
                    guard var more = try await source.next() else { throw ClientGone() }
                    attempt.writeBuffer(&more)
                }
                let body = attempt.readBytes(length: length)
                source.putBack(attempt)
                return body
            }
            guard received.readableBytes <= Self.largestRequest else { return nil }
            guard var more = try await source.next() else { throw ClientGone() }
            received.writeBuffer(&more)
        }
    }
}

/// What a client sends, read by one task.
final class ByteSource {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var waiting: ByteBuffer?

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = inbound.makeAsyncIterator() }

    func next() async throws -> ByteBuffer? {
        if let bytes = waiting {
            waiting = nil
            return bytes
        }
        return try await iterator.next()
    }

    /// Keeps what came too early for whoever reads next.
    func putBack(_ bytes: ByteBuffer) {
        if bytes.readableBytes > 0 { waiting = bytes }
    }
}
