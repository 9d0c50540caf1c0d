import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing
import XenAPI

@testable import PoolServer

@Suite("Connections")
struct ConnectionTests {
    private func connections(inAll: Int, fromOne: Int) -> Connections {
        var limits = Connections.Limits(descriptors: 1024)
        (limits.inAll, limits.fromOne) = (inAll, fromOne)
        return Connections(limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A connection whose watch is driven by hand.
    private func watched(_ patience: Patience = Patience()) throws -> (EmbeddedChannel, ConnectionWatch) {
        let standing = try #require(connections(inAll: 9, fromOne: 9).admit(from: "10.0.0.1") {})
        let watch = ConnectionWatch(patience, standing)
        let channel = EmbeddedChannel(handler: watch)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return (channel, watch)
    }

    @Test("One more than may come from an address makes the oldest that says nothing go, and touches no other address")
    func makingRoom() throws {
        let connections = connections(inAll: 6, fromOne: 3)
        let gone = Mutex<[String]>([])
        func admit(_ name: String, _ address: String?) -> Connections.Standing? {
            connections.admit(from: address) { gone.withLock { $0.append(name) } }
        }
        let other = admit("other", "10.0.0.2")
        let busy = try #require(admit("busy", "10.0.0.1"))
        busy.isBusy = true
        _ = admit("first", "10.0.0.1")
        _ = admit("second", "10.0.0.1")
        #expect(admit("third", "10.0.0.1") != nil)
        #expect(gone.withLock { $0 } == ["first"])
        #expect(other != nil && connections.count == 4)
    }

    @Test("Where all of them are busy the new one is not let in; at the UNIX socket everybody is")
    func full() throws {
        let connections = connections(inAll: 4, fromOne: 2)
        let busy = (0..<2).compactMap { _ in connections.admit(from: "10.0.0.1") {} }
        for standing in busy { standing.isBusy = true }
        #expect(connections.admit(from: "10.0.0.1") {} == nil)
        #expect(connections.admit(from: "10.0.0.2") {} != nil)
        #expect(connections.admit(from: nil) {} != nil)
        connections.leave(busy[0])
        connections.leave(busy[0])
        #expect(connections.admit(from: "10.0.0.1") {} != nil)
        #expect(connections.count == 4)
    }

    @Test("Addresses of IPv6 count by their network")
    func networks() throws {
        let connections = connections(inAll: 9, fromOne: 1)
        let first = try #require(connections.admit(from: "2001:db8::1") {})
        first.isBusy = true
        #expect(connections.admit(from: "2001:db8::ffff:2") {} == nil)
        #expect(connections.admit(from: "2001:db8:0:1::2") {} != nil)
        #expect(connections.admit(from: "::ffff:10.0.0.1") {} != nil)
        #expect(connections.admit(from: "::ffff:10.0.0.2") {} != nil)
    }

    @Test("Descriptors are kept for the server itself", arguments: [256, 1024, 4096, 65_536, 1_000_000])
    func reserve(descriptors: Int) {
        let limits = Connections.Limits(descriptors: descriptors)
        #expect(limits.inAll <= max(16, descriptors - 256) && limits.inAll <= 10_000)
        #expect(limits.fromOne <= max(8, limits.inAll / 2))
    }

    @Test("Who says no whole head is hung up on after a while, however busily it says the parts")
    func head() throws {
        let (channel, _) = try watched()
        for _ in 0..<29 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(ByteBuffer(string: "x"))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(!channel.isActive)
    }

    @Test("Between two requests there is more time, and the next head has its own")
    func idle() throws {
        let (channel, watch) = try watched()
        watch.phase = .idle
        channel.embeddedEventLoop.advanceTime(by: .seconds(290))
        #expect(channel.isActive)
        try channel.writeInbound(ByteBuffer(string: "G"))
        #expect(watch.phase == .head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(!channel.isActive)
    }

    @Test("A body that trickles is given up, one that flows is not, and an answer may take as long as it takes")
    func body() throws {
        for (bytes, stays) in [(10, false), (4 << 10, true)] {
            let (channel, watch) = try watched()
            watch.phase = .body
            channel.read()
            for _ in 0..<100 where channel.isActive {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                try channel.writeInbound(ByteBuffer(repeating: 0, count: bytes))
                channel.read()
            }
            #expect(channel.isActive == stays, "\(bytes) bytes a second")
        }
        let (channel, watch) = try watched()
        watch.phase = .answering
        channel.embeddedEventLoop.advanceTime(by: .hours(5))
        #expect(channel.isActive)
    }

    @Test("Where the server itself does not read, nobody is called slow")
    func ownSlowness() throws {
        let (channel, watch) = try watched()
        watch.phase = .body
        try channel.writeInbound(ByteBuffer(string: "x"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(200))
        #expect(channel.isActive)
    }

    @Test("A server that ends lets a flowing body arrive, and waits for no head and no stalled body")
    func ending() throws {
        for phase in [ConnectionWatch.Phase.head, .body, .answering] {
            let (channel, watch) = try watched()
            watch.phase = phase
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            if phase == .body {
                for _ in 0..<20 {
                    channel.embeddedEventLoop.advanceTime(by: .milliseconds(300))
                    try channel.writeInbound(ByteBuffer(string: "x"))
                }
                #expect(channel.isActive, "something comes")
            }
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(channel.isActive == (phase == .answering), "\(phase)")
        }
    }

    @Test(
        "A request of HTTP/1.0 that no library would take for one gets a 400, whichever door it asks for",
        arguments: ["GET / HTTP/1.0\r\n\u{e9}: x\r\n\r\n", "POST /cli HTTP/1.0\r\n\u{ff}: x\r\n\r\n"]
    )
    func badHeads(text: String) throws {
        let (channel, watch) = try watched()
        if text.contains("/cli") {
            try channel.pipeline.syncOperations.addHandler(CLIRequestHandler(Caller(), watch))
        } else {
            try channel.pipeline.syncOperations.addHandler(HistoricHTTPHandler())
        }
        try channel.writeInbound(ByteBuffer(string: text))
        let answer = try channel.readOutbound(as: ByteBuffer.self)
        #expect(answer.map { String(buffer: $0) }?.hasPrefix("HTTP/1.0 400") == true)
        #expect(!channel.isActive)
    }

    @Test("A body of 2^63-1 bytes is taken for as long as it comes")
    func endlessBody() throws {
        let (channel, _) = try watched()
        try channel.pipeline.syncOperations.addHandler(HistoricHTTPHandler())
        let head = "PUT /x HTTP/1.0\r\nContent-Length: 9223372036854775807\r\n\r\nabc"
        try channel.writeInbound(ByteBuffer(string: head))
        guard case .head? = try channel.readInbound(as: HTTPServerRequestPart.self),
            case .body(let body)? = try channel.readInbound(as: HTTPServerRequestPart.self)
        else {
            Issue.record("no head and body came")
            return
        }
        #expect(String(buffer: body) == "abc")
        #expect(try channel.readInbound(as: HTTPServerRequestPart.self) == nil)
    }

    @Test("A command line comes through as one piece, and what follows it as it comes")
    func commandLine() throws {
        let (channel, watch) = try watched()
        try channel.pipeline.syncOperations.addHandler(CLIRequestHandler(Caller(), watch))
        for byte in "POST /cli HTTP/1.0\r\ncontent-length: 4\r\n\r\nhelp".utf8 {
            try channel.writeInbound(ByteBuffer(bytes: [byte]))
        }
        #expect(try channel.readInbound(as: ByteBuffer.self).map { String(buffer: $0) } == "help")
        #expect(watch.phase == .head, "the client has still to say hello")
        try channel.writeInbound(ByteBuffer(string: "XenSource"))
        #expect(watch.phase == .answering)
        #expect(try channel.readInbound(as: ByteBuffer.self).map { String(buffer: $0) } == "XenSource")
    }

    @Test(
        "Addresses are read with a port, those of IPv6 in brackets",
        arguments: [
            ("127.0.0.1:8443", "127.0.0.1", 8443), ("[::1]:0", "::1", 0), ("xs1.example:443", "xs1.example", 443),
            ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
        ]
    )
    func addresses(text: String, host: String, port: Int) throws {
        let address = try #require(PoolServer.Address(text))
        #expect(address.host == host && address.port == port && "\(address)" == text)
    }

    @Test(
        "Others are refused",
        arguments: ["", ":1", "x", "x:", "x:65536", "x:-1", "::1", "::1:8443", "[]:1", "[::1]"]
    )
    func noAddresses(text: String) {
        #expect(PoolServer.Address(text) == nil)
    }
}
