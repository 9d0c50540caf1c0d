import NIOCore
import NIOHTTP1

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
        case head(ByteBuffer)
        /// Bytes still to come; nil until the client stops sending.
        case body(left: Int?)
        case done
    }

    private var state = State.head(ByteBuffer())
    private static let largestHead = 64 << 10

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
        var bytes = bytes
        switch state {
        case .head(var received):
            received.writeBuffer(&bytes)
            state = .head(received)
            guard let (head, length) = Self.parse(&received) else {
                if received.readableBytes > Self.largestHead { refuse(context) }
                return
            }
            guard let head else { return refuse(context) }
            state = .body(left: length)
            context.fireChannelRead(wrapInboundOut(.head(head)))
            take(received, context)
        case .body(let left):
            let part = bytes.readSlice(length: min(left ?? bytes.readableBytes, bytes.readableBytes)) ?? ByteBuffer()
            let rest = left.map { $0 - part.readableBytes }
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
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.0 400 Bad Request\r\n\r\n")), promise: nil)
        context.close(promise: nil)
    }

    /// Parses a request's head, once it is complete.
    ///
    /// - Returns: nil while it is incomplete; a nil head where it makes no sense. The length is nil where the body goes on
    ///   until the client stops sending.
    static func parse(_ buffer: inout ByteBuffer) -> (head: HTTPRequestHead?, length: Int?)? {
        guard let text = buffer.readHead() else { return nil }
        let lines = text.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3, words[0].allSatisfy({ $0.isASCII && $0.isUppercase }), words[1].hasPrefix("/") else {
            return (nil, nil)
        }
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return (nil, nil) }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.add(name: String(line[..<colon]), value: String(value))
        }
        let head = HTTPRequestHead(
            version: .http1_0,
            method: HTTPMethod(rawValue: String(words[0])),
            uri: String(words[1]),
            headers: headers
        )
        guard let length = headers.first(name: "content-length") else {
            return (head, ["PUT", "POST"].contains(words[0]) ? nil : 0)
        }
        guard let number = Int(length), number >= 0 else { return (nil, nil) }
        return (head, number)
    }
}

extension ByteBuffer {
    /// Takes the bytes before the first empty line, and the line; nil where there is none yet.
    mutating func readHead() -> String? {
        let bytes = readableBytesView
        let mark = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        moveReaderIndex(forwardBy: end - bytes.startIndex + mark.count)
        return text
    }
}
