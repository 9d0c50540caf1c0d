import Logging
import NIOCore
import XenAPI

/// The door for `xe`: a connection that begins as a POST to `/cli` and goes on in the thin CLI protocol.
struct CLIDoor: Sendable {
    let api: API
    let logger: Logger

    /// - Parameter channel: what comes in is the body of the request first, as ``CLIRequestHandler`` has it.
    func serve(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        api.meters.request(.cli)
        do {
            try await channel.executeThenClose { inbound, outbound in
                let source = ByteSource(inbound)
                guard let body = try await source.next() else { return }
                let client = CLIChannel(outbound: outbound, source: source)
                try await CLIConversation(api: api, channel: client).run(Array(body.readableBytesView))
            }
        } catch is ClientGone {
            logger.debug("The xe client has gone")
        } catch {
            logger.debug("An xe connection broke", metadata: ["reason": "\(error)"])
        }
    }
}

/// What a client sends, read by one task.
final class ByteSource {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = inbound.makeAsyncIterator() }

    func next() async throws -> ByteBuffer? { try await iterator.next() }
}
