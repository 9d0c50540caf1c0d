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
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: Dialect.self)
            let address = channel.remoteAddress?.ipAddress ?? ""
            let (caller, line) = (Caller(isLocal: isLocal, address: address), HangUp())
            try channel.pipeline.syncOperations.addHandler(line, position: .first)
            try channel.pipeline.syncOperations.addHandler(FirstLineHandler(promise, caller, line))
            return Value(channel: channel, caller: caller, dialect: promise.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            let dialect = try await value.dialect.get()
            await Caller.$current.withValue(value.caller) {
                switch dialect {
                case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
                case .cli(let channel): await converse(channel)
                }
            }
        } catch {
            logger.debug("Connection ended before it said anything", metadata: ["reason": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}

/// Waits for the first line of a connection, and sets up the pipeline for the dialect that it begins.
private final class FirstLineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let promise: EventLoopPromise<DoorChannel.Dialect>
    private let caller: Caller
    private let line: HangUp
    private var received = ByteBuffer()
    private var deadline: Scheduled<Void>?
    private var decided = false

    /// The request line names a path and a query; more than this is an attack.
    private static let longestLine = 16 << 10
    /// A client that has said nothing by then is not going to.
    private static let patience = TimeAmount.seconds(30)

    enum Refusal: Error {
        case lineTooLong
        case silent
        case closed
    }

    init(_ promise: EventLoopPromise<DoorChannel.Dialect>, _ caller: Caller, _ line: HangUp) {
        self.promise = promise
        self.caller = caller
        self.line = line
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { [promise] in
            promise.fail(Refusal.silent)
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard !decided, let end = received.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            if received.readableBytes > Self.longestLine { fail(context, Refusal.lineTooLong) }
            return
        }
        decided = true
        deadline?.cancel()
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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server is to end, and this connection has said nothing yet.
        if event is ChannelShouldQuiesceEvent, !decided { fail(context, Refusal.silent) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !decided { fail(context, error) }
        context.fireErrorCaught(error)
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        decided = true
        deadline?.cancel()
        promise.fail(error)
        context.close(promise: nil)
        line.now()
    }

    private func dialect(_ first: String, _ channel: any Channel) throws -> DoorChannel.Dialect {
        let pipeline = channel.pipeline.syncOperations
        if first.hasPrefix("POST /cli ") {
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
        try pipeline.addHandler(ConnectionHandler(caller, line))
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        )
    }
}
