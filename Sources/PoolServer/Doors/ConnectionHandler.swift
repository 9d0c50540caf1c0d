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

    /// Whether a request's body is still to come.
    private var isArriving = false
    private let watch: ConnectionWatch

    /// - Parameter watch: is told what the connection is doing.
    init(_ caller: Caller, _ watch: ConnectionWatch) {
        self.caller = caller
        self.watch = watch
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            isArriving = true
            caller.beginRequest()
        case .body: break
        case .end: isArriving = false
        }
        tellWatch()
        context.fireChannelRead(data)
    }

    private func tellWatch() { watch.phase = isArriving ? .body : open > 0 ? .answering : .idle }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        open -= 1
        tellWatch()
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
        watch.hangUp()
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
