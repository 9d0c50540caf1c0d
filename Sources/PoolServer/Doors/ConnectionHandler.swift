import NIOCore
import NIOHTTPTypes

/// Keeps an eye on an HTTP connection: tells when its client has gone, and closes it when the server is to end, at once
/// if nothing is being answered on it, or else with the last answer.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let caller: Caller
    /// Requests that have begun and are not yet answered.
    private var open = 0
    private var isEnding = false

    private let line: HangUp

    /// - Parameter line: hangs up the same connection.
    init(_ caller: Caller, _ line: HangUp) {
        self.caller = caller
        self.line = line
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { open += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        open -= 1
        guard isEnding, open == 0 else { return context.write(data, promise: promise) }
        // Not before all of the answer is on its way.
        let sent = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in bound.value.0.end(bound.value.1) }
        context.writeAndFlush(data, promise: sent)
    }

    private func end(_ context: ChannelHandlerContext) {
        context.close(promise: nil)
        // TLS would wait for the client's goodbye. One that keeps the connection for later does not read ours.
        line.now()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isEnding = true
            if open == 0 { end(context) }
        }
        if case .inputClosed? = event as? ChannelEvent { caller.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        caller.leave()
        context.fireChannelInactive()
    }
}

/// Closes a connection's socket without any more words. It stands first in the pipeline, before TLS.
final class HangUp: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func now() { context?.close(promise: nil) }
}
