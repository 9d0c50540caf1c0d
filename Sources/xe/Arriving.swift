import NIOCore
import NIOSSL

/// What arrives over a connection.
struct Arriving {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = inbound.makeAsyncIterator() }

    /// The next bytes; nil once the peer has hung up. Many servers do so without TLS's own farewell: whoever reads knows
    /// whether all has come.
    mutating func next() async throws -> ByteBuffer? {
        do { return try await iterator.next() } catch NIOSSLError.uncleanShutdown { return nil }
    }
}
