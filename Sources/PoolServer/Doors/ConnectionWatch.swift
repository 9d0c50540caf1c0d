import NIOCore
import Synchronization

/// How long a server waits for those at the other end of its connections.
struct Patience: Sendable {
    /// From the first byte of a request, or the connection's own beginning, until its head is whole.
    var head = TimeAmount.seconds(30)
    /// Between two requests on one connection.
    var idle = TimeAmount.minutes(5)
    /// While a body arrives, ``bodyFloor`` bytes have to come in each of these.
    var bodyWindow = TimeAmount.seconds(30)
    /// 16 KiB: a modem brings more in half a minute.
    var bodyFloor = 16 << 10
    /// When the server is to end: a body of which nothing has come for so long is given up.
    var farewell = TimeAmount.milliseconds(500)
    /// How often a connection is looked at.
    var look = TimeAmount.seconds(5)
}

/// Knows what a connection waits for, and hangs up when that takes too long: its client may be slow, or gone without a
/// word, or want nothing but the connection itself.
///
/// It stands first in the pipeline, before TLS, so that hanging up waits for nobody's goodbye.
final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Where a connection stands.
    enum Phase {
        /// No whole request has been said yet: whoever it is may be anybody.
        case head
        /// A request's body arrives.
        case body
        /// A request is answered.
        case answering
        /// Between two requests.
        case idle
    }

    /// What the connection is doing now. Those who read its requests say so.
    var phase = Phase.head {
        didSet { if phase != oldValue { begin() } }
    }

    private let patience: Patience
    private let standing: Connections.Standing
    private var context: ChannelHandlerContext?
    private var looks: RepeatedTask?
    private var isEnding = false
    private var since = NIODeadline.uptimeNanoseconds(0)
    /// The body's window: when it began, what has come in it, and how long we waited for that.
    private var window = (since: NIODeadline.uptimeNanoseconds(0), bytes: 0, waited: TimeAmount.zero)
    private var lastByte = NIODeadline.uptimeNanoseconds(0)
    /// Since when the socket has been read without anything coming.
    private var reading: NIODeadline?

    init(_ patience: Patience, _ standing: Connections.Standing) {
        self.patience = patience
        self.standing = standing
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        begin()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        looks = context.eventLoop.scheduleRepeatedTask(initialDelay: patience.look, delay: patience.look) { _ in
            bound.value.look()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        looks?.cancel()
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if reading == nil { reading = context.eventLoop.now }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if phase == .idle { phase = .head }
        let now = context.eventLoop.now
        if let reading { window.waited = window.waited + (now - reading) }
        reading = nil
        window.bytes += unwrapInboundIn(data).readableBytes
        lastByte = now
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isEnding = true
            if phase == .head { return hangUp() }
            if phase == .body { sayFarewell(context.eventLoop) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Closes the socket without any more words.
    func hangUp() { context?.close(promise: nil) }

    private func begin() {
        guard let loop = context?.eventLoop else { return }
        since = loop.now
        window = (since, 0, .zero)
        standing.isBusy = phase == .body || phase == .answering
        if isEnding, phase == .body { sayFarewell(loop) }
    }

    private func look() {
        guard let now = context?.eventLoop.now else { return }
        switch phase {
        case .head: if now - since >= patience.head { hangUp() }
        case .idle: if now - since >= patience.idle { hangUp() }
        case .answering: break
        case .body:
            guard now - window.since >= patience.bodyWindow else { return }
            // Where we did not read for most of the time it is us who are slow.
            let waited = window.waited + (reading.map { now - $0 } ?? .zero)
            if window.bytes < patience.bodyFloor, waited.nanoseconds * 2 >= patience.bodyWindow.nanoseconds {
                return hangUp()
            }
            if reading != nil { reading = now }
            window = (now, 0, .zero)
        }
    }

    /// Lets a body that still comes arrive, and gives up one that does not.
    private func sayFarewell(_ loop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: patience.farewell) { [patience] in
            let watch = bound.value
            guard watch.phase == .body, let loop = watch.context?.eventLoop else { return }
            if loop.now - watch.lastByte >= patience.farewell { watch.hangUp() } else { watch.sayFarewell(loop) }
        }
    }
}
