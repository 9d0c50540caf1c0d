import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Takes a connection, looks at its first line, and speaks what the client speaks: HTTP/1.1 as browsers and libraries do,
/// HTTP/1.0 as the clients of XenServer do (one request, answered before its body is read), or the thin CLI protocol.
struct DoorChannel: ServerChildChannel, HTTPChannelHandler {
    let responder: HTTPChannelHandler.Responder
    /// Whether only this machine's own user can connect here.
    let isLocal: Bool
    let connections: Connections
    let patience: Patience
    let converse: @Sendable (NIOAsyncChannel<ByteBuffer, ByteBuffer>) async -> Void

    /// What a connection turned out to be.
    enum Dialect: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case cli(NIOAsyncChannel<ByteBuffer, ByteBuffer>)
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let caller: Caller
        let dialect: EventLoopFuture<Dialect>
        /// Closes the connection without a word.
        let hangUp: @Sendable () -> Void
    }

    /// The server has as many connections as it takes.
    struct Full: Error {}

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let address = channel.remoteAddress?.ipAddress ?? ""
            guard let standing = connections.admit(from: isLocal ? nil : address, hangUp: { channel.hangUp() }) else {
                // Not by throwing: the listening socket would take that for its own failure.
                channel.close(promise: nil)
                let nothing: EventLoopFuture<Dialect> = channel.eventLoop.makeFailedFuture(Full())
                return Value(channel: channel, caller: Caller(), dialect: nothing) {}
            }
            channel.closeFuture.whenComplete { _ in connections.leave(standing) }
            if !isLocal { try? channel.detectVanishedPeer() }
            let promise = channel.eventLoop.makePromise(of: Dialect.self)
            let (caller, watch) = (
                Caller(isLocal: isLocal, address: address), ConnectionWatch(patience, standing)
            )
            try channel.pipeline.syncOperations.addHandler(watch, position: .first)
            try channel.pipeline.syncOperations.addHandler(FirstLineHandler(promise, caller, watch))
            return Value(channel: channel, caller: caller, dialect: promise.futureResult) { channel.hangUp() }
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            let dialect = try await value.dialect.get()
            await withTaskCancellationHandler {
                await Caller.$current.withValue(value.caller) {
                    switch dialect {
                    case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
                    case .cli(let channel): await converse(channel)
                    }
                }
            } onCancel: {
                // Whoever is waited for is waited for no longer.
                value.hangUp()
            }
        } catch {
            logger.debug("Connection ended before it said anything", metadata: ["reason": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}

extension Channel {
    /// Has the connection's watch close its socket.
    fileprivate func hangUp() {
        eventLoop.execute { [pipeline] in
            guard let watch = try? pipeline.syncOperations.handler(type: ConnectionWatch.self) else { return }
            watch.hangUp()
        }
    }
}

/// Waits for the first line of a connection, and sets up the pipeline for the dialect that it begins.
private final class FirstLineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let promise: EventLoopPromise<DoorChannel.Dialect>
    private let caller: Caller
    private let watch: ConnectionWatch
    private var received = ByteBuffer()
    private var decided = false

    /// The request line names a path and a query; more than this is an attack.
    private static let longestLine = 16 << 10

    enum Refusal: Error {
        case lineTooLong
        case closed
    }

    init(_ promise: EventLoopPromise<DoorChannel.Dialect>, _ caller: Caller, _ watch: ConnectionWatch) {
        self.promise = promise
        self.caller = caller
        self.watch = watch
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let looked = received.writerIndex
        received.writeBuffer(&bytes)
        guard !decided, let end = received.readableBytesView[looked...].firstIndex(of: UInt8(ascii: "\n")) else {
            if received.readableBytes > Self.longestLine { fail(context, Refusal.lineTooLong) }
            return
        }
        decided = true
        let first = String(decoding: received.readableBytesView[..<end], as: UTF8.self)
        do {
            promise.succeed(try dialect(first, context.channel))
            context.fireChannelRead(wrapInboundOut(received))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            fail(context, error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !decided { fail(context, Refusal.closed) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !decided { fail(context, error) }
        context.fireErrorCaught(error)
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        decided = true
        promise.fail(error)
        context.close(promise: nil)
        watch.hangUp()
    }

    private func dialect(_ first: String, _ channel: any Channel) throws -> DoorChannel.Dialect {
        let pipeline = channel.pipeline.syncOperations
        if first.hasPrefix("POST /cli ") {
            try pipeline.addHandler(CLIRequestHandler(caller, watch))
            return .cli(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true)
                )
            )
        }
        if first.hasSuffix("HTTP/1.0\r") || first.hasSuffix("HTTP/1.0") {
            try pipeline.addHandler(HistoricHTTPHandler())
        } else {
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        }
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: true))
        try pipeline.addHandler(ConnectionHandler(caller, watch))
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        )
    }
}
