import NIOCore
import XenAPI

/// The bytes of an `xe` connection: passes on the body of its `POST /cli` once that is whole, then everything as it comes.
final class CLIRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case request(CLIRequestReader)
        /// The request is whole, and the client has not said hello yet.
        case greeting
        case open
        case done
    }

    private var state = State.request(CLIRequestReader())
    private let caller: Caller
    private let watch: ConnectionWatch

    init(_ caller: Caller, _ watch: ConnectionWatch) {
        self.caller = caller
        self.watch = watch
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch state {
        case .request(var reader):
            switch reader.take(bytes.readableBytesView) {
            case .incomplete: state = .request(reader)
            case .refused:
                state = .done
                context.writeAndFlush(wrapOutboundOut(.badRequest), promise: nil)
                context.close(promise: nil)
            case .whole(let body, let rest):
                state = .greeting
                context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: body)))
                if !rest.isEmpty { pass(ByteBuffer(bytes: rest), context) }
            }
        case .greeting, .open: pass(bytes, context)
        case .done: break
        }
    }

    private func pass(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if case .greeting = state {
            state = .open
            watch.phase = .answering
        }
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func channelInactive(context: ChannelHandlerContext) {
        caller.leave()
        context.fireChannelInactive()
    }
}
