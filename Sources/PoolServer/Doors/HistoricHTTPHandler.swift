import NIOCore
import NIOHTTP1
import XenAPI

/// HTTP/1.0 as XenServer speaks it: one request on a connection, a response without chunks, then the end.
///
/// A body without a length ends when the client stops sending. Chunks are not decoded: XenServer never did, and a
/// signature that does not fit is what the client then hears of.
final class HistoricHTTPHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = ByteBuffer

    private enum State {
        case head(RequestHeadReader)
        /// Bytes still to come; nil until the client stops sending.
        case body(left: Int64?)
        case done
    }

    private var state = State.head(RequestHeadReader())

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(unwrapInboundIn(data), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { endBody(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        endBody(context)
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            var text = "HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n"
            for (name, value) in head.headers { text += "\(name): \(value)\r\n" }
            context.write(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: promise)
        case .body(.byteBuffer(let bytes)): context.write(wrapOutboundOut(bytes), promise: promise)
        case .body(.fileRegion): promise?.fail(ChannelError.operationUnsupported)
        case .end:
            // The end of the response is the end of the connection: that is how these clients know it is over.
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.value.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
                context.value.close(promise: nil)
            }
            promise?.succeed()
        }
    }

    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        switch state {
        case .head(var reader):
            let progress = reader.take(bytes.readableBytesView)
            switch progress {
            case .incomplete: state = .head(reader)
            case .refused: refuse(context)
            case .whole(let head, let rest):
                let hasBody = ["PUT", "POST"].contains(head.method)
                state = .body(left: head.contentLength ?? (hasBody ? nil : 0))
                context.fireChannelRead(wrapInboundOut(.head(HTTPRequestHead(head))))
                take(ByteBuffer(bytes: rest), context)
            }
        case .body(let left):
            var bytes = bytes
            let length = min(left ?? .max, Int64(bytes.readableBytes))
            let part = bytes.readSlice(length: Int(length)) ?? ByteBuffer()
            let rest = left.map { $0 - length }
            state = .body(left: rest)
            if part.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(part))) }
            if rest == 0 { endBody(context) }
            context.fireChannelReadComplete()
        case .done: break
        }
    }

    private func endBody(_ context: ChannelHandlerContext) {
        guard case .body = state else { return }
        state = .done
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    private func refuse(_ context: ChannelHandlerContext) {
        state = .done
        context.writeAndFlush(wrapOutboundOut(.badRequest), promise: nil)
        context.close(promise: nil)
    }
}

extension HTTPRequestHead {
    /// The same head as NIO has it, which takes for granted what ``RequestHead`` makes sure of.
    fileprivate init(_ head: RequestHead) {
        self.init(
            version: .http1_0,
            method: HTTPMethod(rawValue: head.method),
            uri: head.target,
            headers: HTTPHeaders(head.fields.map { ($0.name, $0.value) })
        )
    }
}

extension ByteBuffer {
    /// What whoever sends no request of HTTP is told.
    static var badRequest: ByteBuffer { ByteBuffer(string: "HTTP/1.0 400 Bad Request\r\n\r\n") }
}
