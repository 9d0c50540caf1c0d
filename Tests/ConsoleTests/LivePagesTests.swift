import Datamodel
import NIOCore
import Synchronization
import Testing

@testable import Console

@Suite("Pages that are followed")
struct LivePagesTests {
    @Test("A content of which no bell has told is not taken back from the browser that shows it")
    func quietChange() async throws {
        let pages = LivePages()
        let text = Shown()
        let key = LivePages.Key(page: "/", role: .readOnly)
        func follow(_ version: String) async throws -> AsyncStream<ByteBuffer> {
            try #require(await pages.follow(key, version: version, feed: {}, render: { text.body }))
        }
        var first = try await follow(text.body.version).makeAsyncIterator()
        text.value = "two"
        var second = try await follow(text.body.version).makeAsyncIterator()
        // The first is told of the change because the second came.
        #expect(String(buffer: try #require(await first.next())).contains("<p id=\"part\">two</p>"))
        text.value = "three"
        pages.bell.ring()
        #expect(String(buffer: try #require(await second.next())).contains("<p id=\"part\">three</p>"))
    }

    @Test("A browser that comes back with an old content gets the whole of the new one")
    func catchingUp() async throws {
        let pages = LivePages()
        let text = Shown()
        let key = LivePages.Key(page: "/", role: .readOnly)
        let stream = try #require(await pages.follow(key, version: "old", feed: {}, render: { text.body }))
        var events = stream.makeAsyncIterator()
        let event = String(buffer: try #require(await events.next()))
        #expect(event.hasPrefix("event: all\nid: \(text.body.version)\n") && event.contains("one"))
    }

    /// What a page says.
    private final class Shown: Sendable {
        private let text = Mutex("one")

        var value: String {
            get { text.withLock { $0 } }
            set { text.withLock { $0 = newValue } }
        }

        var body: BodyVersion { BodyVersion(div { HTML.live("part", p(.id("part")) { value }) }) }
    }
}
